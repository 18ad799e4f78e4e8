import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { installPackedClient, type PackedClient } from '../harness/clients/packed-client';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { packagesBelow } from '../harness/production/packages';
import { PROJECT } from '../harness/production/readme';
import { startTestService, type TestService, tokenOf } from '../harness/service';

const TSC = createRequire(__filename).resolve('typescript/bin/tsc');

/** What an application does with it; compiled, and run as it is in plain JavaScript. */
const USE = `
const client = createClient({ url: process.env.SERVICE, token: () => process.env.TOKEN });
const eventId = process.env.EVENT;
const { dashboard } = await client.rest.analytics(eventId);
const { data } = await client.graphql.query('query ($id: UUID!) { event(id: $id) { title } }', { id: eventId });
let live;
for await (const { count } of client.live.participantCount(eventId)) {
  live = count;
  break;
}
const failure = await client.rest.analytics('nothing').catch((error) => error instanceof AnalyticsError && error.code);
client.dispose();
console.log(JSON.stringify({ rest: dashboard.summaryCards.totalParticipants.count, title: data.event.title, live, failure }));
`;

/** Leaves all that it watches, and nothing else: it disposes of no client. */
const LEAVE = `
import { createClient } from 'event-analytics-client';
const told = [];
process.on('warning', ({ name, message }) => told.push(name + ': ' + message));
process.on('exit', () => console.log(JSON.stringify({ counts, told: told.filter((warning) => /Listeners/.test(warning)) })));
// Does not keep the process by itself.
setTimeout(() => { throw new Error('The process is still there.') }, 40_000).unref();
const client = createClient({ url: process.env.SERVICE, token: () => process.env.TOKEN });
const leaving = new AbortController();
const loops = 11;
let counts = 0;
async function watch() {
  for await (const _ of client.live.participantCount(process.env.EVENT, leaving)) {
    counts += 1;
    if (counts === loops) leaving.abort();
  }
}
await Promise.all(Array.from({ length: loops }, watch));
for await (const _ of client.live.participantCount(process.env.EVENT)) break;
`;

const TYPED_USE = `
const client: AnalyticsClient = createClient({ url: 'https://analytics.example', token: async () => 'token' });
export async function use(signal: AbortSignal): Promise<number> {
  const { dashboard, isUnchanged } = await client.rest.analytics('id', { signal });
  const status: 'ACHIEVED' | 'NOT_ACHIEVED' = dashboard.summaryCards.roi.breakEvenStatus;
  const document: TypedDocument<{ event: { title: string } }, { id: string }> = 'query …';
  const { data } = await client.graphql.query(document, { id: 'id' });
  const title: string = data.event.title;
  // @ts-expect-error the document has no such variable
  await client.graphql.query(document, { eventId: 'id' });
  // @ts-expect-error the contract has no such field
  dashboard.summaryCards.totalVisitors;
  let sum = isUnchanged ? title.length + status.length : 0;
  for await (const { count, version } of client.live.participantCount('id', { afterVersion: 7, signal }))
    sum += count + version;
  return sum;
}
export const isBusy = (error: unknown): boolean => error instanceof AnalyticsError && error.kind === 'busy';
`;

/** What its README shows, with what it leaves to its reader. */
const README = readFileSync(path.join(PROJECT, 'clients/typescript/README.md'), 'utf8');
const SHOWN = [...README.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = '']) => block).join('\n');
const READERS = `
declare const eventId: string;
declare function currentToken(): Promise<string>;
declare function show(...what: readonly unknown[]): void;
`;

const BY_NODE = ['--module', 'nodenext', '--moduleResolution', 'nodenext'];
/** As applications resolve modules: Node's way for both kinds of modules, and the way of bundlers. */
const COMPILED = [
  ['an ES module of Node', 'use.mts', BY_NODE],
  ['a CommonJS module of Node', 'use.cts', ['--module', 'node16', '--moduleResolution', 'node16']],
  ['what a bundler takes', 'use.ts', ['--module', 'esnext', '--moduleResolution', 'bundler']],
] as const;

describe('the TypeScript client as a package', () => {
  let client: PackedClient;
  let service: TestService;
  beforeAll(async () => {
    client = await installPackedClient();
    service = await startTestService();
  }, 240_000);
  afterAll(async () => {
    client.remove();
    await service.stop();
  });

  async function compile(name: string, text: string, how: readonly string[]): Promise<void> {
    const options = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--skipLibCheck', 'false'];
    const target = ['--target', 'es2022', '--lib', 'es2022,dom'];
    await client.node([TSC, ...options, ...target, ...how, client.write(name, text)]);
  }

  it('depends on graphql-ws alone, which brings graphql as its peer', () => {
    const file = path.join(client.folder, 'node_modules/event-analytics-client/package.json');
    const manifest = z.looseObject({ dependencies: z.record(z.string(), z.string()) });
    const { dependencies, peerDependencies } = manifest.parse(JSON.parse(readFileSync(file, 'utf8')));
    expect([Object.keys(dependencies), peerDependencies]).toEqual([['graphql-ws'], undefined]);
    const names = packagesBelow(client.folder).map(({ name }) => name);
    expect([...new Set(names)].sort()).toEqual(['event-analytics-client', 'graphql', 'graphql-ws']);
  });

  it.each(COMPILED)(
    'has types for %s, by the strict compiler and without other types',
    async (_what, name, how) => {
      const imports =
        "import { type AnalyticsClient, AnalyticsError, createClient, type TypedDocument } from 'event-analytics-client';";
      await compile(name, imports + TYPED_USE, how);
    },
    60_000,
  );

  it('is used as its README shows', async () => {
    expect(SHOWN).toContain('createClient(');
    await compile('readme.mts', READERS + SHOWN, BY_NODE);
  }, 60_000);

  describe('in Node', () => {
    it.each([
      [
        'an ES module',
        'use.mjs',
        `import { AnalyticsError, createClient } from 'event-analytics-client';${USE}`,
      ],
      [
        'a CommonJS module',
        'use.cjs',
        `const { AnalyticsError, createClient } = require('event-analytics-client');(async () => {${USE}})();`,
      ],
    ])(
      'reads and watches from %s, and needs no graphql for it',
      async (_what, name, text) => {
        rmSync(path.join(client.folder, 'node_modules/graphql'), { recursive: true, force: true });
        const ids = newEvent();
        await service.post([
          { topic: 'event.created', value: eventCreated(ids, { title: '여름 쿠폰' }) },
          { topic: 'participant.registered', value: participantRegistered(ids.eventId) },
        ]);
        const file = client.write(name, text);
        const env = { SERVICE: service.origin, TOKEN: tokenOf('somebody'), EVENT: ids.eventId };
        // Node has a WebSocket from 22 on, and before that where it is told to.
        const said = await client.node(['--experimental-websocket', '--no-warnings', file], env);
        expect(JSON.parse(said)).toEqual({
          rest: 1,
          title: '여름 쿠폰',
          live: 1,
          failure: 'INVALID_REQUEST',
        });
      },
      60_000,
    );

    it('ends by itself once eleven loops were left, and was warned of no listeners', async () => {
      const ids = newEvent();
      await service.post([{ topic: 'event.created', value: eventCreated(ids) }]);
      const file = client.write('leave.mjs', LEAVE);
      const env = { SERVICE: service.origin, TOKEN: tokenOf('somebody'), EVENT: ids.eventId };
      const said = await client.node(['--experimental-websocket', '--no-warnings', file], env);
      expect(JSON.parse(said)).toEqual({ counts: 11, told: [] });
    }, 60_000);
  });
});
