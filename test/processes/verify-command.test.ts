import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/runtime/clock';
import { runCommand } from '../harness/command';
import { newEvent, participantRegistered } from '../harness/messages';
import { behindMagicByte } from '../harness/messages/shaped';
import { startTestService } from '../harness/service';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { applySmallScenario } from '../harness/streams/small-scenario';
import { createStreamFixture } from '../harness/streams/fixture';
import { type LogFixture, openLogFixture } from '../harness/verification/log-fixture';
import { RECOUNT } from '../harness/verification/recount';

const event = newEvent();
const { eventId } = event;
const run = (args: readonly string[], env: NodeJS.ProcessEnv) => runCommand('verify', args, env);

describe('npm run verify', () => {
  let opened: OpenedDatabase;
  let folder: string;

  beforeAll(async () => {
    opened = await openServer();
    await applySmallScenario(createStreamFixture(opened.database, systemClock), event);
    folder = mkdtempSync(path.join(tmpdir(), 'verify-test-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await opened.close();
  });

  const onServer = () => ({
    DATABASE_URL: opened.url,
    JWT_SECRET: 'it reads no token, but is part of the environment',
  });

  it('explains itself', async () => {
    const { code, stdout } = await run(['--help'], {});
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run verify/);
  });

  it('ends with 0 where nothing differs, and with 1 and the drift where something does', async () => {
    expect(await run([], onServer())).toMatchObject({ code: 0, stdout: '' });
    await opened.database.execute('UPDATE event_hours SET participants = participants + 1');
    const { code, stdout, stderr } = await run(['--limit', '1'], onServer());
    expect(code).toBe(1);
    expect(stdout).toBe(`event_hours ${eventId} 2025-10-20T18:00Z: stored 3, recomputed 2\n… and 1 more\n`);
    expect(stderr).toMatch(/event_hours: participants\n[^]*2 figures differ\.\n$/);
  });

  it('ends with 2 where it cannot be found out, and says why', async () => {
    const nowhere = { ...onServer(), DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' };
    expect(await run([], nowhere)).toMatchObject({ code: 2, stdout: '' });
    const misspelt = await run(['--limit', 'many'], onServer());
    expect(misspelt).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--limit: ') as string,
    });
    const empty = await run([], { DATA_DIR: folder });
    expect(empty).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no data in ') as string,
    });
  });

  it('opens the embedded data once the service is stopped, and refuses while it runs', async () => {
    const service = await startTestService({ env: { DATA_DIR: folder } });
    await service.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]);
    const during = await run([], { DATA_DIR: folder });
    await service.stop();
    expect(during).toMatchObject({ code: 2, stdout: '' });
    expect(during.stderr).toMatch(/cannot be opened: .* is in use by process/);
    expect(await run([], { DATA_DIR: folder })).toMatchObject({ code: 0, stdout: '' });
  });
});

describe('npm run verify -- --log, of a topic in another shape', () => {
  const shapes = { 'participant.registered': { envelope: 'confluent' } } as const;
  const plain = { fieldNames: 'camelCase', numericInstants: 'refused', zone: undefined } as const;
  let stage: LogFixture;

  beforeAll(async () => {
    const asRead = new Map([
      ['participant.registered', { ...shapes['participant.registered'], ...plain }],
    ] as const);
    stage = await openLogFixture({ partitions: 1, shapes: asRead });
    const shaped = behindMagicByte(JSON.stringify(participantRegistered(eventId)));
    await stage.topics.send('participant.registered', [shaped]);
    await stage.applyAll();
  });
  afterAll(() => stage.close());

  it('finds its messages where the shape is configured, and takes them for dead letters where it is not', async () => {
    const told = { ...stage.env, KAFKA_MESSAGE_SHAPES: JSON.stringify(shapes) };
    expect(await run(['--log'], told)).toMatchObject({ code: 0 });
    const untold = await run(['--log'], stage.env);
    expect(untold.code).toBe(1);
    expect(untold.stdout).toMatch(/^missing: .*participant\.registered\/0@0: /);
  });
});

describe('npm run verify -- --log', () => {
  let stage: LogFixture;
  const verify = (env: NodeJS.ProcessEnv = {}) => run(['--log'], { ...stage.env, ...env });

  beforeAll(async () => {
    stage = await openLogFixture({ partitions: 1 });
    await stage.topics.send('participant.registered', [
      participantRegistered(eventId),
      participantRegistered(eventId),
    ]);
    await stage.applyAll();
  });
  afterAll(() => stage.close());

  it('ends with 0 and the counts where nothing is missing, and with 1 where something is', async () => {
    const clean = await verify();
    expect(clean).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/Nothing of the log is missing\.\n$/) as string,
    });
    expect(clean.stdout).toMatch(
      /^topic\/partition .*\n(?:.*\n)*.*participant\.registered\/0 +2 +2 +0 +0 +0 +0 +20\S+Z\n/,
    );
    await stage.execute('DELETE FROM participants', ...RECOUNT);
    const { code, stdout, stderr } = await verify();
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^missing: .*participant\.registered\/0@0: no row of participant .*\nmissing: .*@1: .*\ntopic/,
    );
    expect(stderr).toContain('Every rollup is what its raw rows add up to.');
    expect(stderr).toMatch(/2 things of the log are wrong\.\n$/);
  });

  it.each([
    { what: 'no broker is named', env: { KAFKA_BROKERS: '' }, reason: /^--log: KAFKA_BROKERS is not set/ },
    { what: 'the broker is away', env: { KAFKA_BROKERS: '127.0.0.1:1' }, reason: /Kafka cannot be read \(/ },
    {
      what: 'there are no such topics',
      env: { KAFKA_TOPIC_PREFIX: 'nobody-has-this.' },
      reason: /Kafka has no topic nobody-has-this\.event\.created: is KAFKA_TOPIC_PREFIX /,
    },
  ])(
    'ends with 2 where $what',
    async ({ env, reason }) => {
      expect(await verify(env)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(reason) as string,
      });
    },
    60_000,
  );
});
