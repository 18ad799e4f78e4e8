import { DAY_IN_MS } from '../../src/domain/days';
import type { Database } from '../../src/database/database';
import { readSealedDays } from '../../src/database/sealed-days';
import type { Instant, StoreId } from '../../src/domain/values';
import { createSettableClock } from '../../src/runtime/clock';
import type { RetentionOptions } from '../../src/workers/retention/retention';
import {
  eventCreated,
  type EventIds,
  newEvent,
  participantRegistered,
  salesRecorded,
} from '../harness/messages';
import { letDaysPass, tick } from '../harness/retention';
import { kindsOf, times } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { numberIn, participantsOf } from '../harness/streams/stored';

const NOW = Date.UTC(2099, 2, 10) as Instant;
const daysAgo = (days: number): string => new Date(NOW - days * DAY_IN_MS).toISOString();
const TOPIC = 'participant.registered';
const NOTICES_EVENTS = /UPDATE event_counts AS c SET seal_noticed_at/;

describe.each(BOTH_DATABASES)('what was noticed, on %s', (_, open) => {
  const clock = createSettableClock(NOW);
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  const [one, other, another] = [newEvent(), newEvent(), newEvent()];
  const stores = times(3, () => newEvent().storeId as StoreId) as [StoreId, StoreId, StoreId];

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, clock);
  });
  beforeEach(async () => {
    clock.set(NOW);
    await stage.reset();
    await define(one, 40);
    await define(other, 40);
    await register(one, other);
  });
  afterAll(() => opened.close());

  /** @param ended so many days ago; @param defined so many days ago: a later definition counts */
  const define = (ids: EventIds, ended: number, defined = 60) =>
    stage.append('event.created', [
      eventCreated(ids, { occurredAt: daysAgo(defined), startAt: daysAgo(70), endAt: daysAgo(ended) }),
    ]);
  const register = async (...events: readonly EventIds[]) =>
    kindsOf(
      await stage.append(
        TOPIC,
        events.map(({ eventId }) => participantRegistered(eventId)),
      ),
    );
  const sell = (storeId: StoreId) =>
    stage.append('sales.recorded', [
      salesRecorded(storeId, 1_000, { saleDate: daysAgo(40).slice(0, 10), occurredAt: daysAgo(1) }),
    ]);
  const look = (options: Partial<RetentionOptions> = {}) => tick(opened.database, 30, { clock, ...options });
  const passDays = (days: number) => letDaysPass(opened.database, days);
  const execute = (statement: string, ...parameters: unknown[]) =>
    opened.database.execute(statement, ...parameters);
  const rows = async (table = 'participants') =>
    Number(await numberIn(opened.database, `SELECT count(*) AS number FROM ${table}`));
  /** Which of the events are so, by a column of event_counts. */
  const are = (column: string) => (events: readonly EventIds[]) =>
    Promise.all(
      events.map(async ({ eventId }) => {
        const counted = `SELECT count(${column}) AS number FROM event_counts WHERE event_id = $1::uuid`;
        return (await numberIn(opened.database, counted, eventId)) === 1n;
      }),
    );
  const sealed = are('sealed_at');
  const noticed = are('seal_noticed');
  const sealedStores = async () => {
    const known = await readSealedDays(opened.database, stores);
    return stores.map((storeId) => known.has(storeId));
  };

  it.each([
    ['that has one registration more', () => register(one)],
    ['that ends at another time', () => define(one, 41, 1)],
  ])('is noticed anew where it is an event %s, and sealed seven days after that', async (__, change) => {
    await look();
    await passDays(7);
    await change();
    await look();
    expect(await sealed([one, other])).toEqual([false, true]);
    await passDays(6.99);
    await look();
    expect(await sealed([one])).toEqual([false]);
    await passDays(0.01);
    await look();
    expect(await sealed([one])).toEqual([true]);
  });

  it('is not sealed where it is an event that has a later end by then, and once that lies long ago is noticed anew', async () => {
    await look();
    await passDays(6);
    await define(one, -5, 1);
    await look();
    for (const days of [7, 7]) {
      await passDays(days);
      await look();
    }
    expect(await sealed([one, other])).toEqual([false, true]);
    expect(await register(one, other)).toEqual(['applied', 'rejected']);
    clock.advance(36 * DAY_IN_MS);
    await look();
    await passDays(6.99);
    await look();
    expect(await sealed([one])).toEqual([false]);
    await passDays(0.01);
    await look();
    expect(await sealed([one])).toEqual([true]);
    expect(await participantsOf(opened.database, one.eventId)).toBe(2);
  });

  it.each([
    ['has one registration more', () => register(one)],
    ['ends later', () => define(one, -5, 1)],
  ])('is not sealed where it is an event that %s behind the comparison', async (__, change) => {
    await look();
    await passDays(7);
    const { database } = opened;
    let isFirst = true;
    await look({
      database: {
        ...database,
        async readAtLength(work) {
          const found = await database.readAtLength(work);
          if (isFirst) await change();
          isFirst = false;
          return found;
        },
      },
    });
    expect(await sealed([one, other])).toEqual([false, true]);
  });

  it('is refused where its rows are others, which is told until it is repaired, and keeps no other', async () => {
    await execute('CREATE TABLE lost AS SELECT * FROM participants WHERE event_id = $1::uuid', one.eventId);
    try {
      await execute('DELETE FROM participants WHERE event_id = $1::uuid', one.eventId);
      await look();
      await passDays(7);
      const REFUSED =
        '1 events and the days of 0 stores are not sealed: what is counted is not what their rows add up to (npm run verify names them).';
      await expect(look()).rejects.toThrow(REFUSED);
      expect(await sealed([one, other])).toEqual([false, true]);
      await execute('INSERT INTO participants SELECT * FROM lost');
      await passDays(0.99);
      await expect(look()).rejects.toThrow(REFUSED);
      expect(await sealed([one])).toEqual([false]);
      await passDays(0.01);
      await look();
      expect(await sealed([one])).toEqual([true]);
    } finally {
      await execute('DROP TABLE lost');
    }
  });

  it('is refused again a day later where it is not repaired, and begins anew where its counts are', async () => {
    await execute('UPDATE event_counts SET participants = 7 WHERE event_id = $1::uuid', one.eventId);
    await look();
    await passDays(7);
    for (const days of [1, 1]) {
      await expect(look()).rejects.toThrow(/^1 events and the days of 0 stores are not sealed/);
      await passDays(days);
    }
    await execute('UPDATE event_counts SET participants = 1 WHERE event_id = $1::uuid', one.eventId);
    await look();
    expect(await sealed([one])).toEqual([false]);
    await passDays(7);
    await look();
    expect(await sealed([one])).toEqual([true]);
  });

  /** In which statements fail, each in its own words. */
  function failing(failureOf: (statement: string) => string | undefined): Database {
    const requireDoable = (statement: string): void => {
      const failure = failureOf(statement);
      if (failure !== undefined) throw new Error(failure);
    };
    const { database } = opened;
    type Work = Parameters<Database['transaction']>[0];
    const inside =
      (work: Work): Work =>
      (sql) =>
        work({
          ...sql,
          async query(row, statement, ...parameters) {
            requireDoable(statement);
            return sql.query(row, statement, ...parameters);
          },
          async execute(statement, ...parameters) {
            requireDoable(statement);
            return sql.execute(statement, ...parameters);
          },
        });
    return {
      ...database,
      async query(row, statement, ...parameters) {
        requireDoable(statement);
        return database.query(row, statement, ...parameters);
      },
      transaction: (work) => database.transaction(inside(work) as typeof work),
      readAtLength: (work) => database.readAtLength(inside(work) as typeof work),
    };
  }

  it('is done as far as it can be, whatever part of it fails, and all that failed is told', async () => {
    await sell(stores[0]);
    await look();
    await passDays(7);
    await look();
    expect([await sealed([one, other]), await sealedStores()]).toEqual([
      [true, true],
      [true, false, false],
    ]);
    await sell(stores[1]);
    await define(another, 40);
    await look({
      database: failing((statement) => (/^DELETE/.test(statement) ? 'No row leaves.' : undefined)),
    }).catch(() => undefined);
    await passDays(7);
    await sell(stores[2]);
    const late = newEvent();
    await define(late, 40);
    let asked = 0;
    const database = failing((statement) => {
      if (statement.includes('DELETE FROM participants')) return 'No registration leaves.';
      if (NOTICES_EVENTS.test(statement)) return 'No event is noticed.';
      // It is asked first whether any is due.
      return statement.includes('c.seal_noticed_at <= ') && ++asked > 1
        ? 'No event is looked at.'
        : undefined;
    });
    const failure: unknown = await look({ database }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AggregateError);
    expect((failure as Error).message).toBe(
      '4 attempts failed: No registration leaves. No event is noticed. No event is looked at.',
    );
    expect([await rows(), await sealed([another]), await noticed([late])]).toEqual([2, [false], [false]]);
    expect([await rows('sales'), await sealedStores()]).toEqual([2, [true, true, false]]);
    const noticedStores = 'SELECT count(seal_noticed) AS number FROM store_sales';
    expect(await numberIn(opened.database, noticedStores)).toBe(1n);
    await look();
    expect([await rows(), await rows('sales'), await sealed([another]), await noticed([late])]).toEqual([
      ...[0, 1],
      ...[[true], [true]],
    ]);
  });

  it('is noticed behind what could not be', async () => {
    const MORE_THAN_A_ROUND = 60;
    await stage.append(
      'event.created',
      times(MORE_THAN_A_ROUND, () => eventCreated(newEvent(), { startAt: daysAgo(50), endAt: daysAgo(40) })),
    );
    let rounds = 0;
    const database = failing((statement) =>
      NOTICES_EVENTS.test(statement) && ++rounds === 1 ? 'No event is noticed.' : undefined,
    );
    await expect(look({ database })).rejects.toThrow(/^No event is noticed\.$/);
    const counted = () =>
      numberIn(opened.database, 'SELECT count(seal_noticed) AS number FROM event_counts').then(Number);
    expect(await counted()).toBe(MORE_THAN_A_ROUND + 2 - 50);
    await look();
    expect(await counted()).toBe(MORE_THAN_A_ROUND + 2);
  });

  it('is left between two pieces where the process is to stop, and gone on with by the next', async () => {
    await define(another, 40);
    await look();
    await passDays(7);
    await execute(
      `UPDATE event_counts SET sealed_at = '${daysAgo(1)}' WHERE event_id <> $1::uuid`,
      another.eventId,
    );
    const stopping = new AbortController();
    const { database } = opened;
    const stoppingBehindAPiece: Database = {
      ...database,
      async transaction(work) {
        const before = await rows();
        const result = await database.transaction(work);
        if ((await rows()) < before) stopping.abort();
        return result;
      },
    };
    await look({ database: stoppingBehindAPiece, stopping: stopping.signal });
    expect([await rows(), await sealed([another])]).toEqual([1, [false]]);
    expect(await numberIn(database, 'SELECT count(claimed_by) AS number FROM retention')).toBe(0n);
    await look();
    expect([await rows(), await sealed([another])]).toEqual([0, [true]]);
  });
});
