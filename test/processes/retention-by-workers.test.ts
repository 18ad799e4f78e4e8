import { jest } from '@jest/globals';
import { DAY_IN_MS } from '../../src/domain/days';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import { letDaysPass, tick } from '../harness/retention';
import { startTestService, type TestService } from '../harness/service';
import { lettersIn, numberIn } from '../harness/streams/stored';
import { waitFor } from '../harness/wait-for';

const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_IN_MS).toISOString();
const TEN_MINUTES = 600_000;

const DELETED_UNREAD =
  /Nothing is sealed: [^ ]*participant\.registered\/0: messages of it were deleted unread/;

describe('workers with RETENTION_DAYS that read Kafka', () => {
  const old = newEvent();
  let real: RealService;
  let worker: TestService | undefined;
  const lines: { msg: string }[] = [];

  beforeAll(async () => {
    real = await startRealService();
    const dates = { occurredAt: daysAgo(60), startAt: daysAgo(50), endAt: daysAgo(40) };
    await real.topics.send('event.created', [eventCreated(old, dates)]);
    await real.topics.send(
      'participant.registered',
      [1, 2, 3].map(() => participantRegistered(old.eventId)),
    );
    await real.counted(old.eventId, 3);
    await waitFor(() => real.database.prisma.event.findUnique({ where: { eventId: old.eventId } }), {
      ...{ what: 'the event to be defined', timeoutMs: 30_000 },
    });
  });
  afterAll(async () => {
    await worker?.stop();
    await real.stop();
    jest.restoreAllMocks();
  });

  const numberOf = async (query: string) => Number(await numberIn(real.database, query));
  const sealed = () => numberOf('SELECT count(sealed_at) AS number FROM event_counts');
  const rows = () => numberOf('SELECT count(*) AS number FROM participants');
  const failures = () => lines.filter(({ msg }) => msg === 'periodic work failed');

  it('tell what they have applied, seal what was noticed days ago once nothing speaks against it, and have it leave', async () => {
    await tick(real.database, 30);
    await letDaysPass(real.database, 8);
    const topic = real.topics.nameOf('participant.registered');
    await real.database.execute(
      `INSERT INTO log_gaps (topic, partition, first_offset, last_offset, written_before, noticed_at)
       VALUES ($1::text, 0, 0, 0, now(), now())`,
      topic,
    );
    // What is done every ten minutes is done every second.
    const { setTimeout: original } = globalThis;
    jest.spyOn(globalThis, 'setTimeout').mockImplementation((work, ms?: number, ...given: unknown[]) => {
      const all = [work, ms === TEN_MINUTES ? 1_000 : ms, ...given];
      return Reflect.apply(original, globalThis, all) as NodeJS.Timeout;
    });
    worker = await startTestService({
      env: { ...real.env, RETENTION_DAYS: '30', LOG_LEVEL: 'debug' },
      onLog: (line) => void lines.push(JSON.parse(line) as (typeof lines)[0]),
    });
    // What speaks against it first may be that no owner has told yet.
    await waitFor(() => failures().some((line) => DELETED_UNREAD.test(JSON.stringify(line))), {
      ...{ what: 'the worker to say why nothing is sealed', timeoutMs: 90_000 },
    });
    expect([await sealed(), await rows()]).toEqual([0, 3]);
    await real.database.execute('DELETE FROM log_gaps');
    await waitFor(async () => (await rows()) === 0, { what: 'the rows to leave', timeoutMs: 60_000 });
    expect(await sealed()).toBe(1);
    await real.topics.send('participant.registered', [participantRegistered(old.eventId)]);
    const letters = () => lettersIn(real.database);
    await waitFor(async () => (await letters()).length === 1, { what: 'a dead letter', timeoutMs: 30_000 });
    expect((await letters())[0]!.reason).toMatch(/sealed/);
    expect(lines.filter(({ msg }) => msg === 'nothing is sealed for some days')).toEqual([]);
  });
});
