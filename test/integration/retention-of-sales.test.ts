import { createBusinessCalendar } from '../../src/domain/calendar';
import { addDays } from '../../src/domain/days';
import type { Instant, StoreId } from '../../src/domain/values';
import type { Database, Sql } from '../../src/database/database';
import { countRefusedStores, readSealedDays } from '../../src/database/sealed-days';
import { createSettableClock } from '../../src/runtime/clock';
import { createAttempts } from '../../src/workers/retention/attempts';
import { haveSalesLeave } from '../../src/workers/retention/leave-sales';
import { noticeDays, sealDays } from '../../src/workers/retention/seal-days';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import { eventCreated, newEvent, salesRecorded } from '../harness/messages';
import { kindsOf } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { lettersIn, numberIn } from '../harness/streams/stored';

const calendar = createBusinessCalendar('Asia/Seoul');
const DAY_MS = 86_400_000;
const START = (Date.now() - 60 * DAY_MS) as Instant;
const daysAgo = (days: number): string => new Date(START - days * DAY_MS).toISOString();
const dayOf = (days: number): string => calendar.dayOf((START - days * DAY_MS) as Instant);

describe.each(BOTH_DATABASES)('sales of days that lie RETENTION_DAYS back, on %s', (_, open) => {
  const clock = createSettableClock(START);
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  const [event, elsewhere] = [newEvent(), newEvent()];
  const storeId = event.storeId as StoreId;
  const otherStoreId = elsewhere.storeId as StoreId;
  const sold = (days: number, store: string = storeId) =>
    salesRecorded(store, 1_000, { saleDate: dayOf(days), occurredAt: daysAgo(0) });
  const [old, last, first] = [sold(40), sold(31), sold(30)];
  const others = sold(40, otherStoreId);

  const sell = async (...sales: readonly object[]): Promise<string[]> =>
    kindsOf(await stage.append('sales.recorded', sales));
  const begin = (startedDaysAgo: number, endedDaysAgo: number) =>
    stage.append('event.created', [
      eventCreated(event, {
        occurredAt: daysAgo(100),
        startAt: daysAgo(startedDaysAgo),
        endAt: daysAgo(endedDaysAgo),
      }),
    ]);

  interface Given {
    readonly database?: Database;
    readonly days?: number;
    readonly requireApplied?: (sql: Sql) => Promise<void>;
    readonly isStopping?: () => boolean;
    readonly quietDays?: number;
  }

  /** A tick of a worker, as far as sales are concerned. @returns the stores whose days were refused */
  async function look(given: Given = {}): Promise<readonly StoreId[]> {
    const { days = 30, requireApplied = () => Promise.resolve(), quietDays = 7 } = given;
    const { database = opened.database, isStopping = () => false } = given;
    const attempts = createAttempts();
    const looking = {
      database,
      now: () => clock.now(),
      before: addDays(calendar.dayOf(clock.now()), -days),
      isStopping,
      attempts,
    };
    await leave(given);
    await noticeDays(looking);
    const refused = await sealDays({
      ...looking,
      due: {
        noticedBefore: (clock.now() - quietDays * DAY_MS) as Instant,
        refusedBefore: (clock.now() - DAY_MS) as Instant,
      },
      requireApplied,
    });
    attempts.end();
    return refused;
  }
  async function leave({ database = opened.database, isStopping = () => false }: Given = {}) {
    const attempts = createAttempts();
    await haveSalesLeave({ database, isStopping, pause: () => Promise.resolve(), attempts });
    attempts.end();
  }
  /** Notices them now and seals them 7 days later, when they lie 30 days back from today; then has the rows leave. */
  async function keep(days = 30): Promise<readonly StoreId[]> {
    const refused = await look({ days });
    clock.advance(7 * DAY_MS);
    const more = await look({ days: days + 7 });
    await leave();
    return [...refused, ...more];
  }
  const rows = (store: string = storeId) =>
    numberIn(opened.database, 'SELECT count(*) AS number FROM sales WHERE store_id = $1::uuid', store);
  const sealedBefore = async (store = storeId) =>
    (await readSealedDays(opened.database, [store])).get(store)?.before;
  const run = (statement: string) => opened.database.execute(statement, storeId);
  const drifts = async () => {
    const { drifts: found } = await verifyRollups(opened.database, { limit: 10, calendar });
    // The events are sealed here without the registrations' part of it.
    return found.map(describeDrift).filter((text) => /^(daily_sales|sales|store_sales) /.test(text));
  };

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, clock);
  });
  beforeEach(async () => {
    clock.set(START);
    await stage.reset();
    await sell(old, last, first, others);
  });
  afterAll(() => opened.close());

  it('leave, and the sums of their days stay, as does what is shown of them', async () => {
    await begin(38, 31);
    await run('UPDATE event_counts SET sealed_at = now() WHERE $1::uuid IS NOT NULL');
    const sums = () =>
      numberIn(opened.database, 'SELECT sum(amount * 1000 + records)::bigint AS number FROM daily_sales');
    const shown = async () =>
      (await stage.dashboard(event.eventId))!.replace(/"(asOf|generatedAt)":"[^"]*"/g, '');
    const before = [await sums(), await shown()];
    expect(await keep()).toEqual([]);
    expect([await rows(), await rows(otherStoreId)]).toEqual([1n, 0n]);
    expect([await sums(), await shown()]).toEqual(before);
    expect(await drifts()).toEqual([]);
  });

  it('are noticed by one look, and sealed by one 7 days later', async () => {
    await look();
    clock.advance(7 * DAY_MS - 1);
    await look();
    expect([await sealedBefore(), await rows()]).toEqual([undefined, 3n]);
    clock.advance(1);
    await look();
    // The days that were noticed, and not those that would be now.
    expect(await readSealedDays(opened.database, [storeId])).toEqual(
      new Map([[storeId, { before: dayOf(30), sealedAt: clock.now() }]]),
    );
    await leave();
    expect(await rows()).toBe(1n);
  });

  it('have their days begin anew with a sale that comes in between', async () => {
    await look();
    clock.advance(6 * DAY_MS);
    expect(await sell(sold(35))).toEqual(['applied']);
    await look();
    clock.advance(6 * DAY_MS);
    await look();
    expect([await sealedBefore(), await sealedBefore(otherStoreId)]).toEqual([undefined, dayOf(30)]);
    clock.advance(DAY_MS);
    await look();
    expect(await sealedBefore()).toBe(dayOf(24));
    await leave();
    expect([await rows(), await drifts()]).toEqual([0n, []]);
  });

  it('have their days begin anew where no look was had in between', async () => {
    await look();
    await sell(sold(35));
    // As by a worker whose clock was wrong.
    await run(`UPDATE store_sales SET changed_at = 'epoch' WHERE store_id = $1::uuid`);
    clock.advance(7 * DAY_MS);
    await look();
    expect(await sealedBefore()).toBeUndefined();
    clock.advance(7 * DAY_MS);
    await look();
    expect(await sealedBefore()).toBe(dayOf(23));
  });

  it('have their days begin anew where an event is defined that is compared with them, or fewer are to be sealed', async () => {
    await look();
    await begin(45, 44);
    clock.advance(7 * DAY_MS);
    await look();
    expect([await sealedBefore(), await sealedBefore(otherStoreId)]).toEqual([undefined, dayOf(30)]);
    expect(await numberIn(opened.database, 'SELECT count(seal_noticed_at) AS number FROM store_sales')).toBe(
      0n,
    );
    await run('UPDATE event_counts SET sealed_at = now() WHERE $1::uuid IS NOT NULL');
    await look();
    clock.advance(7 * DAY_MS);
    await look({ days: 53 });
    expect(await sealedBefore()).toBeUndefined();
  });

  it('take no other sale of that store and day, and those around it are applied', async () => {
    await keep();
    const late = sold(31);
    const outcomes = ['applied', 'rejected', 'rejected', 'duplicate', 'applied', 'applied'];
    expect(await sell(sold(30), late, last, first, sold(2), sold(31, newEvent().storeId))).toEqual(outcomes);
    const letters = await lettersIn(opened.database);
    expect(letters.map(({ value }) => JSON.parse(String(value)) as unknown)).toEqual([late, last]);
    expect(letters[0]!.reason).toBe(
      `saleDate: the store's days before ${dayOf(30)} are sealed: whether this sale was counted cannot be told any more`,
    );
    expect(await drifts()).toEqual([]);
  });

  it('stay while an event is compared with them that is not sealed', async () => {
    await begin(25, 10);
    await keep();
    // Of the store, the days from eight ahead of the start on.
    expect(await sell(old, last, others)).toEqual(['rejected', 'duplicate', 'rejected']);
    expect([await rows(), await drifts()]).toEqual([2n, []]);
  });

  it('leave further with time', async () => {
    await keep();
    await keep();
    expect(await rows()).toBe(0n);
    expect(await sell(first)).toEqual(['rejected']);
    expect(await drifts()).toEqual([]);
  });

  it('are not sealed where the sums are not what they add up to, and another store is; a day later they are looked at again', async () => {
    const day = `WHERE store_id = $1::uuid AND day = '${dayOf(40)}'`;
    await run(`UPDATE daily_sales SET amount = 7 ${day}`);
    expect(await keep()).toEqual([storeId]);
    expect([await rows(), await rows(otherStoreId)]).toEqual([3n, 0n]);
    expect(await countRefusedStores(opened.database)).toBe(1);
    clock.advance(DAY_MS - 1);
    expect(await look()).toEqual([]);
    clock.advance(1);
    expect(await look()).toEqual([storeId]);
    await run(`UPDATE sales SET amount = 7 ${day}`);
    clock.advance(DAY_MS);
    expect(await look()).toEqual([]);
    expect(await sealedBefore()).toBe(dayOf(30));
    expect(await countRefusedStores(opened.database)).toBe(0);
  });

  it('are sealed whatever is wrong about the days behind them', async () => {
    await run(`UPDATE daily_sales SET amount = 7 WHERE store_id = $1::uuid AND day = '${dayOf(30)}'`);
    expect(await keep()).toEqual([]);
    expect(await rows()).toBe(1n);
  });

  it('are not sealed while it is not known that the log is applied', async () => {
    await look();
    clock.advance(7 * DAY_MS);
    const requireApplied = () => Promise.reject(new Error('The log is not applied.'));
    await expect(look({ requireApplied })).rejects.toThrow(/^2 attempts failed: The log is not applied\.$/);
    expect([await sealedBefore(), await sealedBefore(otherStoreId)]).toEqual([undefined, undefined]);
    await look();
    expect([await sealedBefore(), await sealedBefore(otherStoreId)]).toEqual([dayOf(30), dayOf(30)]);
  });

  it('are not sealed where something changes behind the comparison', async () => {
    await look();
    clock.advance(7 * DAY_MS);
    const requireApplied = async (sql: Sql): Promise<void> => {
      await sql.execute('UPDATE daily_sales SET records = records + 1 WHERE store_id = $1::uuid', storeId);
    };
    await look({ requireApplied });
    expect([await sealedBefore(), await sealedBefore(otherStoreId)]).toEqual([undefined, dayOf(30)]);
  });

  it('stay where the days are not sealed any more when they are to leave', async () => {
    await look();
    clock.advance(7 * DAY_MS);
    await look();
    const goesBack: Database = {
      ...opened.database,
      async transaction(work) {
        // Behind the list: as by a dump that is put in place of the database.
        await run('UPDATE store_sales SET sealed_before = NULL WHERE store_id = $1::uuid');
        return opened.database.transaction(work);
      },
    };
    await leave({ database: goesBack });
    expect([await rows(), await rows(otherStoreId)]).toEqual([3n, 0n]);
    expect(await numberIn(opened.database, 'SELECT count(left_before) AS number FROM store_sales')).toBe(1n);
  });

  it('leave in pieces in the order of days, and go on where they were', async () => {
    await run(`INSERT INTO sales (message_id, store_id, day, amount)
      SELECT gen_random_uuid(), $1::uuid, DATE '${dayOf(50)}' + n / 3000, 1 FROM generate_series(0, 11999) AS n`);
    await run(`INSERT INTO daily_sales (store_id, day, amount, records)
      SELECT $1::uuid, DATE '${dayOf(50)}' + n, 3000, 3000 FROM generate_series(0, 3) AS n`);
    await look();
    clock.advance(7 * DAY_MS);
    await look();
    const left = () =>
      numberIn(
        opened.database,
        `SELECT left_before - DATE '${dayOf(50)}' + 0::bigint AS number FROM store_sales WHERE store_id = $1::uuid`,
        storeId,
      );
    const all = 12_003n;
    expect(await rows()).toBe(all);
    const stopAfter = (pieces: number) => {
      let transactions = 0;
      const database: Database = {
        ...opened.database,
        transaction(work) {
          transactions += 1;
          return opened.database.transaction(work);
        },
      };
      return { database, isStopping: () => transactions >= pieces };
    };
    // The store may be the second.
    const isFirst = storeId < otherStoreId;
    await leave(stopAfter(isFirst ? 1 : 2));
    expect([await rows(), await left()]).toEqual([all - 5_000n, 1n]);
    await run('UPDATE store_sales SET sealed_at = now() WHERE store_id = $1::uuid');
    expect((await drifts()).filter((text) => text.includes(storeId))).toEqual([]);
    await leave(stopAfter(1));
    expect([await rows(), await left()]).toEqual([all - 10_000n, 3n]);
    await leave();
    expect([await rows(), await left(), await drifts()]).toEqual([1n, 20n, []]);
  });

  it('have a pause as long as a piece took, and one that fails keeps no other from leaving', async () => {
    await look();
    clock.advance(7 * DAY_MS);
    await look();
    const pauses: number[] = [];
    const pause = (ms: number): Promise<void> => Promise.resolve(void pauses.push(ms));
    let transactions = 0;
    const database: Database = {
      ...opened.database,
      transaction(work) {
        transactions += 1;
        if (transactions === 1) return Promise.reject(new Error('The lock was not had.'));
        return opened.database.transaction(work);
      },
    };
    const attempts = createAttempts();
    await haveSalesLeave({ database, isStopping: () => false, pause, attempts });
    expect(() => attempts.end()).toThrow('The lock was not had.');
    expect([(await rows())! + (await rows(otherStoreId))!, transactions]).toEqual([
      storeId < otherStoreId ? 3n : 2n,
      2,
    ]);
    expect(pauses).toEqual([expect.any(Number)]);
    expect(pauses[0]).toBeGreaterThan(0);
  });

  it('are held against what their days added up to', async () => {
    await keep();
    await run(
      `UPDATE daily_sales SET amount = amount + 1 WHERE store_id = $1::uuid AND day = '${dayOf(40)}'`,
    );
    expect(await drifts()).toEqual([
      expect.stringMatching(`^store_sales ${storeId}: stored [0-9a-f]{32}, recomputed [0-9a-f]{32}$`),
    ]);
    expect(await keep()).toEqual([storeId]);
  });

  it('are named where a row came in behind their sealing', async () => {
    await keep();
    await run(
      `INSERT INTO sales (message_id, store_id, day, amount) VALUES ($1::uuid, $1::uuid, '${dayOf(40)}', 5)`,
    );
    const named = [`sales ${storeId} (sealed days): stored 0, recomputed 1`];
    expect(await drifts()).toEqual(named);
    // Those that leave next are looked for behind the days that have left.
    await keep();
    expect([await sealedBefore(), await drifts()]).toEqual([dayOf(23), named]);
  });

  it('are named where they have not left within a day', async () => {
    await look();
    clock.advance(7 * DAY_MS);
    await look();
    await opened.database.execute(`UPDATE store_sales SET sealed_at = now() - interval '23 hours'`);
    expect(await drifts()).toEqual([]);
    await run(`UPDATE store_sales SET sealed_at = now() - interval '25 hours' WHERE store_id = $1::uuid`);
    expect(await drifts()).toEqual([`sales ${storeId} (sealed days): stored 0, recomputed 2`]);
  });
});
