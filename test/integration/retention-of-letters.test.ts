import { z } from 'zod';
import { watchRetention } from '../../src/database/retention-watch';
import { newestLetters, stateOf } from '../../src/database/dead-letters/stored-letters';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { Instant } from '../../src/domain/values';
import { createInProcessCache } from '../../src/cache/in-process';
import { createChangePublisher } from '../../src/messaging/changes/change-publisher';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import { createLogger } from '../../src/observability/log';
import { systemClock } from '../../src/runtime/clock';
import { replayLetters } from '../../src/workers/dead-letters/replay';
import { createMessageReader } from '../../src/workers/messages/shapes/reader';
import { createProjections } from '../../src/workers/projections/registry';
import { haveLettersLeave } from '../../src/workers/retention/leave-letters';
import { TEST_DIGESTS } from '../harness/digests';
import { newEvent, participantRegistered, salesRecorded } from '../harness/messages';
import { ZONE } from '../harness/oracle/moments';
import { kindsOf } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { letDaysPass, tick } from '../harness/retention';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { numberIn } from '../harness/streams/stored';

const DAYS = 30;
const SEALED_ON = '2025-11-03';

describe.each(BOTH_DATABASES)('letters that came for what is sealed, on %s', (_, open) => {
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  const statements = new Set<string>();
  const [sealed, live] = [newEvent(), newEvent()];

  beforeAll(async () => {
    opened = await open(({ sql }) => void statements.add(sql));
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(async () => {
    await stage.reset();
    const now = systemClock.now();
    await watchRetention(opened.database, { worker: 'w', days: DAYS, now, claimedForMs: 1, pauseMs: 1 });
  });
  afterAll(() => opened.close());

  const execute = (statement: string) => opened.database.execute(statement);
  /** Letters that were sent so many days ago. */
  const sent = (count: number, days: number, columns = 'sealed', values = 'true') =>
    execute(`INSERT INTO dead_letters (topic, partition, "offset", digest, headers, reason, rejected_at, sent_at, ${columns})
      SELECT 't', ${days}, n, '${columns} ${values}', '[]', '${days} days ago', now(), now() - interval '${days} days' - n % 7 * interval '1 s', ${values}
      FROM generate_series(1, ${count}) AS n`);
  const leave = (isStopping: () => boolean = () => false) =>
    haveLettersLeave({
      ...{ database: opened.database, now: () => systemClock.now(), days: DAYS, isStopping },
      pause: () => Promise.resolve(),
    });
  const left = async () =>
    Number(await numberIn(opened.database, 'SELECT count(*) AS number FROM dead_letters WHERE sealed'));
  const letters = () =>
    opened.database.query(
      z.object({ reason: z.string(), sealed: z.boolean() }),
      'SELECT reason, sealed FROM dead_letters ORDER BY id',
    );

  /** An event that is sealed and a store whose old days are, and a letter for each. */
  async function reject(): Promise<void> {
    await stage.append('participant.registered', [participantRegistered(sealed.eventId)]);
    await stage.append('sales.recorded', [salesRecorded(sealed.storeId, 1_000)]);
    await execute(`UPDATE event_counts SET sealed_at = '${SEALED_ON}T08:00:00Z'`);
    await execute(
      `UPDATE store_sales SET sealed_before = '2025-11-02', sealed_at = '${SEALED_ON}T08:00:00Z'`,
    );
    const registrations = [
      participantRegistered(live.eventId),
      { ...participantRegistered(sealed.eventId), age: -1 },
      participantRegistered(sealed.eventId),
    ];
    expect(kindsOf(await stage.append('participant.registered', registrations))).toEqual([
      'applied',
      'rejected',
      'rejected',
    ]);
    const old = salesRecorded(sealed.storeId, 1_000, { saleDate: '2025-11-01' });
    expect(kindsOf(await stage.append('sales.recorded', [old]))).toEqual(['rejected']);
  }

  it('are told from others, and say in a few words why', async () => {
    await reject();
    expect(await letters()).toEqual([
      { reason: 'age: must be a whole number from 0 to 130, or null', sealed: false },
      {
        reason: `eventId: the event was sealed on ${SEALED_ON}: whether this registration was counted cannot be told any more`,
        sealed: true,
      },
      {
        reason: `saleDate: the store's days before 2025-11-02 are sealed: whether this sale was counted cannot be told any more`,
        sealed: true,
      },
    ]);
  });

  it('are rejected once more by a replay, which makes no second letter of them, and stay what they are', async () => {
    await reject();
    const before = await letters();
    const listed = () => newestLetters(opened.database, undefined, 10);
    expect((await listed()).map(stateOf)).toEqual(['waiting', 'waiting', 'waiting']);
    const changePublisher = createChangePublisher({
      cache: createInProcessCache(),
      notifications: createInProcessNotifications(),
      movedLately: () => Promise.resolve([]),
      log: createLogger({ level: 'silent' }),
    });
    const options = {
      ...{ database: opened.database, changePublisher, clock: systemClock, topicPrefix: '' },
      projections: createProjections(createBusinessCalendar(ZONE), TEST_DIGESTS),
      digests: TEST_DIGESTS,
      readMessage: createMessageReader(new Map()),
    };
    const outcomes: unknown[] = [];
    for await (const { letter, outcome } of replayLetters(options, { topic: undefined }))
      outcomes.push({ sealed: letter.sealed, outcome });
    await changePublisher.stop();
    expect(outcomes).toEqual(
      before.map(({ reason, sealed: isSealed }) => ({
        sealed: isSealed,
        outcome: { kind: 'rejected', reason, ...(isSealed && { sealed: true }) },
      })),
    );
    expect(await letters()).toEqual(before);
    expect((await listed()).map(stateOf)).toEqual(['waiting', 'waiting', 'waiting']);
  });

  it('leave in pieces once they were sent RETENTION_DAYS ago, whatever has become of them since', async () => {
    await sent(2_500, DAYS + 1);
    await sent(3, DAYS + 1, 'sealed, replayed_at', 'true, now()');
    await sent(3, DAYS + 1, 'sealed, erased_at', 'true, now()');
    await sent(5, DAYS - 1);
    await sent(7, DAYS + 1, 'sealed', 'false');
    await leave();
    expect(await letters()).toEqual([
      ...Array<object>(5).fill({ reason: `${DAYS - 1} days ago`, sealed: true }),
      ...Array<object>(7).fill({ reason: `${DAYS + 1} days ago`, sealed: false }),
    ]);
  });

  it('stay while they wait to be sent, however old they are', async () => {
    await reject();
    await execute(`UPDATE dead_letters SET rejected_at = now() - interval '1 year'`);
    // Sent once, and to be sent once more.
    await execute(
      `UPDATE dead_letters SET sent_at = now() - interval '1 year' WHERE topic = 'sales.recorded'`,
    );
    await leave();
    expect(await letters()).toHaveLength(3);
  });

  it('leave no further piece when the process is to stop, and the rest the next time', async () => {
    await sent(2_500, DAYS + 1);
    let pieces = 0;
    await leave(() => (pieces += 1) > 1);
    expect(await left()).toBe(1_500);
    await leave();
    expect(await left()).toBe(0);
  });

  it('stay until a number of days has been watched, as one that was mistyped is not', async () => {
    await sent(2, 20);
    await tick(opened.database, 7);
    expect(await left()).toBe(2);
    await letDaysPass(opened.database, 8);
    await tick(opened.database, 7);
    expect(await left()).toBe(0);
  });

  it('stay where nobody has looked for what is to leave', async () => {
    await execute('DELETE FROM retention');
    await sent(1, DAYS + 1);
    await leave();
    expect(await left()).toBe(1);
  });

  it('are found without the others being read', async () => {
    await sent(20_000, DAYS + 1, 'sealed', 'false');
    await sent(20, DAYS + 1);
    await execute('ANALYZE dead_letters');
    statements.clear();
    await leave();
    const [deletion] = [...statements].filter((text) => /DELETE FROM dead_letters/.test(text));
    const plan = await opened.database.query(
      z.object({ 'QUERY PLAN': z.string() }),
      `EXPLAIN (COSTS OFF) ${deletion}`,
      new Date(0).toISOString(),
      new Date((Date.now() - DAYS * 86_400_000) as Instant).toISOString(),
      1_000,
    );
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain('dead_letters_sealed_idx');
    expect(text).not.toContain('Seq Scan');
  });
});
