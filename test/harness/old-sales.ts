import { z } from 'zod';
import { createBusinessCalendar } from '../../src/domain/calendar';
import { addDays } from '../../src/domain/days';
import type { Instant, StoreId } from '../../src/domain/values';
import type { Database, Sql } from '../../src/database/database';
import { column } from '../../src/database/rows';
import { readSealedDays } from '../../src/database/sealed-days';
import { createSettableClock } from '../../src/runtime/clock';
import { createAttempts } from '../../src/workers/retention/attempts';
import { haveSalesLeave } from '../../src/workers/retention/leave-sales';
import { noticeDays, sealDays } from '../../src/workers/retention/seal-days';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import { eventCreated, newEvent, salesRecorded } from './messages';
import { ZONE } from './oracle/moments';
import { kindsOf } from './streams/batches';
import type { OpenDatabase, OpenedDatabase } from './streams/databases';
import { createStreamFixture, type StreamFixture } from './streams/fixture';
import { numberIn } from './streams/stored';

const calendar = createBusinessCalendar(ZONE);
export const DAY_MS = 86_400_000;
const START = (Date.now() - 60 * DAY_MS) as Instant;
const daysAgo = (days: number): string => new Date(START - days * DAY_MS).toISOString();
export const dayOf = (days: number): string => calendar.dayOf((START - days * DAY_MS) as Instant);

/** Two stores with sales of days that lie 30 days and more back, and what a worker does with them. */
export function useOldSales(open: OpenDatabase) {
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

  /** The stores that were refused at this instant. */
  async function refusedNow(): Promise<readonly StoreId[]> {
    const rows = await opened.database.query(
      z.object({ storeId: column.storeId }),
      'SELECT store_id::text AS "storeId" FROM store_sales WHERE seal_refused_at = $1::timestamptz',
      new Date(clock.now()).toISOString(),
    );
    return rows.map(({ storeId: refused }) => refused);
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
    await sealDays({
      ...looking,
      due: {
        noticedBefore: (clock.now() - quietDays * DAY_MS) as Instant,
        refusedBefore: (clock.now() - DAY_MS) as Instant,
      },
      requireApplied,
    });
    attempts.end();
    return refusedNow();
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

  return {
    ...{
      clock,
      event,
      storeId,
      otherStoreId,
      sold,
      old,
      last,
      first,
      others,
      sell,
      begin,
      look,
      leave,
      keep,
      rows,
      sealedBefore,
      run,
      drifts,
    },
    opened: (): Database => opened.database,
    stage: (): StreamFixture => stage,
  };
}
