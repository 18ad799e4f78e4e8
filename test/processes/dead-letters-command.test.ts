import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recordDeadLetters } from '../../src/database/dead-letters/rejected';
import type { Database } from '../../src/database/database';
import type { SourceMessage } from '../../src/messaging/source/source';
import type { Instant } from '../../src/domain/values';
import { runCommand } from '../harness/command';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { behindMagicByte } from '../harness/messages/shaped';
import { type RealService, startRealService } from '../harness/real-service';
import { startTestService } from '../harness/service';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { waitFor } from '../harness/wait-for';

const run = (args: readonly string[], env: NodeJS.ProcessEnv) => runCommand('dead-letters', args, env);
const REJECTED_AT = Date.UTC(2026, 0, 2, 3, 4, 5) as Instant;

function record(
  database: Database,
  topic: string,
  offset: number,
  content: Partial<SourceMessage>,
  reason: string,
): Promise<void> {
  const message = { offset: BigInt(offset), key: null, value: null, ...content };
  return recordDeadLetters(database, { topic, partition: 0 }, [{ message, reason }], REJECTED_AT);
}

const json = (message: object): Buffer => Buffer.from(JSON.stringify(message));

describe('npm run dead-letters', () => {
  let opened: OpenedDatabase;
  beforeAll(async () => (opened = await openServer()), 60_000);
  beforeEach(() => opened.database.execute('TRUNCATE dead_letters RESTART IDENTITY'));
  afterAll(() => opened.close());

  const onServer = () => ({ DATABASE_URL: opened.url });

  it('explains itself, and what it does not understand', async () => {
    const { code, stdout } = await run(['--help'], {});
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run dead-letters/);
    for (const [args, words] of [
      [[], /list, show or replay/],
      [['show'], /takes the id/],
      [['show', 'x\u001b[2J'], /^x\uFFFD\[2J is no id/],
      [['replay'], /Which letters/],
      [['replay', '1', '--all'], /Either ids or --all/],
      [['list', '--limit', 'many'], /--limit: a whole number/],
      [['list', '--lenght', '3'], /Unknown option '--lenght'/],
    ] as const) {
      expect(await run(args, {})).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(words) as string,
      });
    }
  });

  it('lists the newest, in a table or for programs', async () => {
    await record(opened.database, 'event.created', 7, { value: Buffer.from('{') }, 'not JSON');
    await record(opened.database, 'sales.recorded', 8, { key: Buffer.from('k') }, 'two\nlines \u001b[2J');
    await opened.database.execute('UPDATE dead_letters SET sent_at = now(), send_at = NULL WHERE id = 1');
    const listed = await run(['list'], onServer());
    expect(listed).toMatchObject({ code: 0, stderr: '2 dead letters.\n' });
    expect(listed.stdout.split('\n')).toEqual([
      'id  message             rejected at               state    bytes  reason',
      '1   event.created/0/7   2026-01-02T03:04:05.000Z  sent     1      not JSON',
      '2   sales.recorded/0/8  2026-01-02T03:04:05.000Z  waiting  1      two\uFFFDlines \uFFFD[2J',
      '',
    ]);
    const one = await run(['list', '--limit', '1', '--json'], onServer());
    expect(one.stderr).toBe('The newest 1 of 2 dead letters.\n');
    expect(JSON.parse(one.stdout)).toMatchObject({ id: '2', offset: '8', state: 'waiting', attempts: 0 });
    const ofTopic = await run(['list', '--topic', 'event.created', '--json'], onServer());
    expect(JSON.parse(ofTopic.stdout)).toMatchObject({ id: '1', state: 'sent' });
  });

  it('shows all of a letter, and does not guess what its bytes mean', async () => {
    const headers = { trace: Buffer.from('가'), bin: Buffer.from([255]), nothing: null };
    await record(
      opened.database,
      'event.created',
      7,
      { key: Buffer.alloc(0), value: Buffer.from('{"a":\n1'), headers, timestamp: 1_700_000_000_000n },
      'not JSON',
    );
    await record(opened.database, 'event.created', 8, { value: Buffer.from([0xff, 0x00]) }, 'not UTF-8');
    const { code, stdout } = await run(['show', '1'], onServer());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^message +event\.created\/0\/7$/m);
    expect(stdout).toMatch(/^its timestamp +2023-11-14T22:13:20.000Z$/m);
    expect(stdout).toMatch(/^header +trace: 가\nheader +bin: base64: \/w==\nheader +nothing: null$/m);
    expect(stdout).toMatch(/^key +\(empty\)\nvalue +7 bytes\n\{"a":\n1\n$/m);

    const second = await run(['show', '2', '--json'], onServer());
    expect(JSON.parse(second.stdout)).toMatchObject({ key: null, value: { base64: '/wA=', text: null } });
    expect(await run(['show', '99'], onServer())).toMatchObject({
      code: 2,
      stderr: 'There is no dead letter 99.\n',
    });
  });

  it('replays what may be applied by now, once, and says what is still rejected', async () => {
    const event = newEvent();
    const good = participantRegistered(event.eventId);
    await record(opened.database, 'x.participant.registered', 1, { value: json(good) }, 'once rejected');
    await record(opened.database, 'x.participant.registered', 2, { value: Buffer.from('{') }, 'not JSON');
    await record(
      opened.database,
      'x.event.created',
      3,
      { value: json(eventCreated(event)) },
      'once rejected',
    );
    await record(
      opened.database,
      'y.event.created',
      4,
      { value: json(eventCreated(event)) },
      'another prefix',
    );
    const env = { ...onServer(), KAFKA_TOPIC_PREFIX: 'x.' };

    const first = await run(['replay', '--all'], env);
    expect(first.code).toBe(1);
    expect(first.stdout.split('\n')).toEqual([
      '1  applied',
      expect.stringMatching(/^2 {2}still rejected: .*not JSON/),
      '3  applied',
      expect.stringMatching(/^4 {2}not replayed: the service does not read y\.event\.created/),
      '',
    ]);
    expect(first.stderr).toContain('4 replayed: 2 applied, 0 changed nothing, 2 still rejected.\n');
    const counts = await opened.database.prisma.eventCounts.findUnique({
      where: { eventId: event.eventId },
    });
    expect(counts?.participants).toBe(1n);

    const again = await run(['replay', '1', '3'], env);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toMatch(/^1 {2}changed nothing.*\n3 {2}changed nothing.*\n$/);
    expect((await run(['list', '--json', '--topic', 'x.event.created'], env)).stdout).toContain('"replayed"');
    // What has been replayed is not taken again by --all.
    const rest = await run(['replay', '--all', '--topic', 'x.participant.registered'], env);
    expect(rest.stdout).toMatch(/^2 {2}still rejected[^\n]*\n$/);
    expect(await run(['replay', '1', '99'], env)).toMatchObject({ code: 2, stdout: '' });
  });

  it('says of which letters nothing is left to replay, since they held somebody who was erased', async () => {
    const good = participantRegistered(newEvent().eventId);
    await record(opened.database, 'participant.registered', 1, { value: json(good) }, 'once rejected');
    await record(opened.database, 'event.created', 2, { value: json(good) }, 'once rejected');
    await opened.database.execute(`UPDATE dead_letters SET key = NULL, value = NULL, erased_at = now()`);
    const words = 'not replayed: it held somebody who was erased, and its message was taken out';
    expect(await run(['replay', '2'], onServer())).toMatchObject({ code: 1, stdout: `2  ${words}\n` });
    const ofTopic = await run(['replay', '--all', '--topic', 'participant.registered'], onServer());
    expect(ofTopic).toMatchObject({ code: 0, stdout: '' });
    expect(ofTopic.stderr).toMatch(/^0 replayed.*\n1 passed over: they held somebody who was erased/m);
    expect((await run(['replay', '--all'], onServer())).stderr).toMatch(/^2 passed over/m);
  });

  it('replays by the shape of the topic, if that is configured', async () => {
    const event = newEvent();
    const value = behindMagicByte(JSON.stringify(participantRegistered(event.eventId)));
    await record(opened.database, 'participant.registered', 1, { value }, 'once rejected');
    const untold = await run(['replay', '--all'], onServer());
    expect(untold).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/rejected: .*magic byte/) as string,
    });
    const shapes = JSON.stringify({ 'participant.registered': { envelope: 'confluent' } });
    const told = await run(['replay', '--all'], { ...onServer(), KAFKA_MESSAGE_SHAPES: shapes });
    expect(told).toMatchObject({ code: 0, stdout: '1  applied\n' });
  });

  it('works on embedded data once the service is stopped', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'letters-test-'));
    const { eventId } = newEvent();
    const service = await startTestService({ env: { DATA_DIR: folder } });
    const value = json(participantRegistered(eventId));
    await record(service.database, 'participant.registered', 1, { value }, 'once rejected');
    const during = await run(['list'], { DATA_DIR: folder });
    expect(during).toMatchObject({ code: 2, stderr: expect.stringContaining('in use by process') as string });
    await service.stop();
    expect(await run(['replay', '1'], { DATA_DIR: folder })).toMatchObject({
      code: 0,
      stdout: '1  applied\n',
    });
    rmSync(folder, { recursive: true });
  });
});

describe('a replay beside a running service', () => {
  let service: RealService;
  beforeAll(async () => (service = await startRealService()), 60_000);
  afterAll(() => service.stop());

  it('is heard by its caches', async () => {
    const event = newEvent();
    await service.topics.send('event.created', [eventCreated(event)]);
    const channels = async (): Promise<string | undefined> => {
      const response = await fetch(`${service.origin}/api/events/${event.eventId}/analytics`, {
        headers: { authorization: `Bearer ${service.token()}` },
      });
      const { channelPerformance } = (await response.json()) as { channelPerformance?: unknown };
      return channelPerformance === undefined ? undefined : JSON.stringify(channelPerformance);
    };
    const before = await waitFor(channels, { what: 'the event', timeoutMs: 20_000 });
    const topic = `${service.env['KAFKA_TOPIC_PREFIX']}participant.registered`;
    const value = json(participantRegistered(event.eventId));
    await record(service.database, topic, 1, { value }, 'once rejected');
    const { DATABASE_URL, REDIS_URL, KAFKA_TOPIC_PREFIX } = service.env;
    expect(await run(['replay', '--all'], { DATABASE_URL, REDIS_URL, KAFKA_TOPIC_PREFIX })).toMatchObject({
      code: 0,
    });
    await waitFor(async () => (await channels()) !== before, {
      what: 'the dashboard to show the participant',
      timeoutMs: 5_000,
    });
  });
});
