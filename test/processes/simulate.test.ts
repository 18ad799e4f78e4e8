import { createBusinessCalendar } from '../../src/domain/calendar';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { play } from '../../src/commands/simulator/play';
import { sendAtRate } from '../../src/commands/simulator/send-at-rate';
import { createRandom } from '../../src/commands/simulator/random';
import { readSimulation } from '../../src/commands/simulator/options';
import { createTally, type Tally } from '../../src/commands/simulator/tally';
import { planShops } from '../../src/commands/simulator/shops';
import { createLogger } from '../../src/observability/log';
import { openEmbedded } from '../../src/database/embedded/embedded';
import type { Database } from '../../src/database/database';
import { createEmbeddedSink } from '../../src/messaging/sink/embedded';
import { openKafkaSink } from '../../src/messaging/sink/kafka';
import type { MessageSink } from '../../src/messaging/sink/sink';
import { TOPICS } from '../../src/workers/messages/topics';
import { verifyRollups } from '../../src/workers/verification/verify';
import { runCommand, startCommand } from '../harness/command';
import { type RealService, startRealService } from '../harness/real-service';
import { quietKafka } from '../harness/servers/kafka';
import { startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const seoul = createBusinessCalendar('Asia/Seoul');

const PEOPLE = 3_000;
const GIVEN = { seed: '11', stores: '7', events: '9', rate: '100000', duration: '1s', days: '14' };

/** Sends a whole simulation to the sink, as fast as possible. */
async function simulateInto(sink: MessageSink): Promise<Tally> {
  const options = readSimulation(GIVEN, Date.now());
  const random = createRandom(options.seed);
  const shops = planShops(random, options);
  const messages = play(random, shops, { ...options, registrations: PEOPLE });
  const tally = createTally();
  const signal = new AbortController().signal;
  await sendAtRate(messages, { sink, tally, rate: options.rate, signal, onSent: () => undefined });
  return tally;
}

async function countsIn(database: Database): Promise<Record<string, number>> {
  const rows = await database.prisma.eventCounts.findMany();
  return Object.fromEntries(rows.map(({ eventId, participants }) => [eventId, Number(participants)]));
}

async function untilAllCounted({ database }: TestService, people: number): Promise<void> {
  const sum = async (): Promise<number> =>
    Object.values(await countsIn(database)).reduce((total, count) => total + count, 0);
  await waitFor(async () => (await sum()) >= people, {
    what: `${people} participants to be counted`,
    timeoutMs: 60_000,
  });
}

describe.each([
  ['the embedded service', startTestService],
  ['Kafka and PostgreSQL', startRealService],
])('shops simulated into %s', (_name, start) => {
  let service: TestService | RealService;
  beforeAll(async () => void (service = await start()));
  afterAll(() => service.stop());

  it('are counted exactly: every participant once, and no rollup drifts', async () => {
    const tally = await withSink(service, simulateInto);
    await untilAllCounted(service, PEOPLE);
    expect(await countsIn(service.database)).toEqual(Object.fromEntries(tally.participants));
    expect(tally.duplicates).toBeGreaterThan(30);

    // Once more, every message of it: nothing is counted again.
    await withSink(service, simulateInto);
    if ('topics' in service)
      await service.topics.read('sales.recorded', 2 * tally.byTopic.get('sales.recorded')!);
    expect(await countsIn(service.database)).toEqual(Object.fromEntries(tally.participants));
    expect(
      await verifyRollups(service.database, { limit: 5, calendar: seoul, onProgress: () => undefined }),
    ).toMatchObject({
      count: 0,
    });
  });
});

async function withSink<T>(
  service: TestService | RealService,
  work: (sink: MessageSink) => Promise<T>,
): Promise<T> {
  if (service.embeddedSource) return work(createEmbeddedSink(service.embeddedSource));
  if (!('env' in service)) throw new Error('This service takes its messages from Kafka.');
  const sink = await openKafkaSink({
    kafka: quietKafka(String(service.env['KAFKA_BROKERS']).split(',')),
    topics: TOPICS,
    topicPrefix: String(service.env['KAFKA_TOPIC_PREFIX']),
    log: createLogger({ level: 'silent' }),
  });
  try {
    return await work(sink);
  } finally {
    await sink.close();
  }
}

describe('npm run simulate', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'simulate-test-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('explains itself, and says what is wrong with its options', async () => {
    const help = await runCommand('simulate', ['--help'], {});
    expect(help).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Usage: npm run simulate/) as string,
    });
    const wrong = await runCommand('simulate', ['--duration', 'long'], {});
    expect(wrong).toMatchObject({
      code: 1,
      stderr: '--duration: must be like 30s, 5m or 2h, and at most 24h\n',
    });
    const misspelt = await runCommand('simulate', ['--evnts', '3'], {});
    expect(misspelt.code).toBe(1);
    expect(misspelt.stderr).toMatch(/^Unknown option '--evnts'/);
  });

  it('refuses to run in production', async () => {
    const env = { NODE_ENV: 'production', DATA_DIR: folder };
    expect(await runCommand('simulate', [], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NODE_ENV is production') as string,
    });
  });

  it('ends at Ctrl+C with what was sent so far, which is in the database', async () => {
    const args = ['--rate', '40', '--duration', '10m', '--stores', '2', '--events', '3'];
    const running = startCommand('simulate', args, { DATA_DIR: folder });
    // Its first line stands there before anything is sent; the lock, once the database is open.
    await waitFor(() => running.said().includes('Sending into'), {
      what: 'the first messages',
      timeoutMs: 60_000,
    });
    await waitFor(() => / have taken part/.test(running.said()), { what: 'progress', timeoutMs: 60_000 });
    running.process.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect(code).toBe(0);
    const taken = Number(/^([\d,]+) people took part/m.exec(stdout)?.[1]?.replaceAll(',', ''));
    expect(taken).toBeGreaterThan(0);
    const database = await openEmbedded({ folder: path.join(folder, 'postgres') });
    const counts = Object.values(await countsIn(database));
    await database.close();
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(taken);
  });

  it('names --url where a running service holds the data, and sends to that', async () => {
    // By the key that is for trying out, by which the commands before have erased people in this folder.
    const service = await startTestService({ env: { DATA_DIR: folder, PRIVACY_KEY: '' } });
    const args = ['--rate', '500', '--duration', '1s', '--seed', '5'];
    const locked = await runCommand('simulate', args, { DATA_DIR: folder });
    expect(locked).toMatchObject({ code: 1, stdout: '' });
    expect(locked.stderr).toMatch(/is in use by process \d+.* name it with --url\.\n$/);
    const tokenless = await runCommand('simulate', [...args, '--url', service.origin], {});
    expect(tokenless).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^--token: is missing/) as string,
    });
    const before = Object.values(await countsIn(service.database)).reduce((sum, count) => sum + count, 0);
    const sent = await runCommand(
      'simulate',
      [...args, '--url', service.origin, '--token', service.token()],
      {},
    );
    const after = Object.values(await countsIn(service.database)).reduce((sum, count) => sum + count, 0);
    await service.stop();
    expect([sent.code, after - before]).toEqual([0, 500]);
    expect(sent.stdout + sent.stderr).not.toContain(service.token());
  });
});
