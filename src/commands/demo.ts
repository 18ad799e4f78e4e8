import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startService } from '../composition';
import { loadDemoConfig } from '../config';
import { createLifecycle } from '../lifecycle';
import { createBusinessCalendar } from '../domain/calendar';
import { createLogger } from '../observability/log';
import { createEmbeddedSink } from '../messaging/sink/embedded';
import type { MessageSink } from '../messaging/sink/sink';
import { developmentToken } from './development-token';
import { CommandError, fail } from './fail';
import { type Story, tellStory } from './simulator/story';

const HELP = `Usage: npm run demo [-- --seed <number>]

Starts the whole service in one process, with nothing but Node: a store with past events, and one that is running,
whose participants keep arriving. Ctrl+C ends it.

  --seed <number>  another town, the same every time (default 20251022)

PORT, HOST, DATA_DIR, JWT_SECRET, BUSINESS_TIME_ZONE and LOG_LEVEL are taken from the environment. Servers are not: the
demo's data stays in DATA_DIR/demo, and is made anew at every start.`;

/** How often somebody takes part, on average, and how often the channels are counted. */
const REGISTRATION_EVERY_MS = 700;
const MEASUREMENT_EVERY_MS = 30_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seed: { type: 'string', default: '20251022' }, help: { type: 'boolean' } },
  });
  if (values.help) return console.log(HELP);
  if (!/^\d{1,9}$/.test(values.seed)) throw new CommandError('--seed: a whole number of at most nine digits');

  const config = loadDemoConfig(createBusinessCalendar);
  const log = createLogger({ level: config.logLevel });
  const lifecycle = createLifecycle({ timeoutMs: config.shutdownTimeoutMs, log });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void lifecycle.stop().then(() => process.exit(0)));
  }
  if (config.database.kind === 'embedded') rmSync(config.database.folder, { recursive: true, force: true });
  const service = await startService(config, { lifecycle, log });
  if (service.embeddedSource === undefined || config.gateway === undefined)
    throw new Error('The demo needs both roles and the embedded source.');

  console.log('Telling the story so far …');
  const story = tellStory(Number(values.seed), Date.now());
  const sink = createEmbeddedSink(service.embeddedSource);
  await sink.send(story.past);
  lifecycle.markReady();
  const token = developmentToken(config.gateway.token, service.developmentKey, service.clock.now());
  console.log(welcome(`http://localhost:${service.port}`, config.http.basePath, story, token));
  await goOn(sink, story, () => lifecycle.status === 'ready');
}

async function goOn(sink: MessageSink, story: Story, isRunning: () => boolean): Promise<void> {
  let measuredAt = Date.now();
  while (isRunning()) {
    await sleep(REGISTRATION_EVERY_MS * (0.3 + Math.random() * 1.4));
    if (!isRunning()) return;
    const now = Date.now();
    const isMeasured = now - measuredAt > MEASUREMENT_EVERY_MS;
    if (isMeasured) measuredAt = now;
    await sink.send([story.nextRegistration(now), ...(isMeasured ? story.nextMeasurements(now) : [])]);
  }
}

function welcome(origin: string, basePath: string, { running }: Story, token: string): string {
  const { eventId, storeId, title } = running;
  return `
The demo is running. 「${title}」 is under way, and its participants keep arriving.

  event    ${eventId}
  store    ${storeId}
  token    ${token}

Look at the store's events, signed in:

  ${origin}/stores/${storeId}#token=${token}

Ask for its dashboard, again and again:

  curl -s -H "Authorization: Bearer ${token}" ${origin}${basePath}/events/${eventId}/analytics

Open the contract and try it:        ${origin}${basePath}/docs
GraphQL (POST, the same token):      ${origin}/graphql

Ctrl+C ends it.
`;
}

main().catch(fail);
