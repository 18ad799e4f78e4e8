import type { Database, Sql } from '../../database/database';
import { lockStores } from '../../database/sales';
import {
  type DaysBefore,
  eventsOfStores,
  sealDays as markSealed,
  readSealedDays,
  type StartedEvent,
  storesToSealAfter,
} from '../../database/sealed-days';
import { findSealedEvents, tryLockRetention } from '../../database/sealed-events';
import type { Check } from '../../database/verification/check';
import { compareRollup } from '../../database/verification/compare-rollup';
import { salesRollups } from '../../database/verification/sales';
import { sumsOfDays } from '../../database/verification/sealed';
import { addDays, DAY_IN_MS, localDayOf, utcMidnight } from '../../domain/days';
import type { Instant, LocalDay, StoreId } from '../../domain/values';

/** So many stores are locked at a time: a batch of sales for one of them waits for some milliseconds. */
const STORES_PER_ROUND = 20;
/** The days that an event can be compared with begin so many ahead of its start, in whatever zone (database/sales.ts). */
const DAYS_COMPARED = 8;

export interface DaySealingOptions {
  readonly database: Pick<Database, 'query' | 'transaction'>;
  /** No day from this one on is sealed. */
  readonly before: LocalDay;
  readonly isStopping: () => boolean;
}

/**
 * Seals the days of stores that lie before a day, as far as none of their events that is not sealed is compared with them: from then on no
 * sale is added to them, so that their rows can leave. Ahead of that each store's days are held against these rows for the last time.
 *
 * @returns the stores whose days are not what their rows add up to, and are not sealed
 */
export async function sealDays({
  database,
  before,
  isStopping,
}: DaySealingOptions): Promise<readonly StoreId[]> {
  const refused: StoreId[] = [];
  let stores = await storesToSealAfter(database, null, before, STORES_PER_ROUND);
  while (stores.length > 0 && !isStopping()) {
    const days = await daysOf(database, stores, before);
    refused.push(...(await database.transaction((sql) => seal(sql, days))));
    stores = await storesToSealAfter(database, stores.at(-1)!, before, STORES_PER_ROUND);
  }
  return refused;
}

/** What of the stores can be sealed that is not yet. */
async function daysOf(
  database: Pick<Database, 'query'>,
  stores: readonly StoreId[],
  before: LocalDay,
): Promise<readonly DaysBefore[]> {
  const startBefore = (utcMidnight(before) + (DAYS_COMPARED + 1) * DAY_IN_MS) as Instant;
  const events = await eventsOfStores(database, stores, startBefore);
  const sealed = await findSealedEvents(
    database,
    events.map(({ eventId }) => eventId),
  );
  const first = new Map<StoreId, LocalDay>();
  for (const event of events) {
    const known = first.get(event.storeId) ?? before;
    if (!sealed.has(event.eventId)) first.set(event.storeId, earlier(known, firstComparedWith(event)));
  }
  const present = await readSealedDays(database, stores);
  return stores
    .map((storeId) => ({ storeId, before: first.get(storeId) ?? before }))
    .filter((days) => days.before > (present.get(days.storeId) ?? ''));
}

const firstComparedWith = ({ startAt }: StartedEvent): LocalDay =>
  addDays(localDayOf(startAt), -DAYS_COMPARED);
const earlier = (one: LocalDay, other: LocalDay): LocalDay => (one < other ? one : other);

const CHECKS: readonly Check[] = [...salesRollups, sumsOfDays];

/** @returns the stores that were not sealed */
async function seal(sql: Sql, days: readonly DaysBefore[]): Promise<readonly StoreId[]> {
  if (days.length === 0 || !(await tryLockRetention(sql))) return [];
  await lockStores(
    sql,
    days.map(({ storeId }) => storeId),
  );
  const wrong = new Set<StoreId>();
  for (const { storeId } of days)
    for (const check of CHECKS)
      if ((await compareRollup(sql, check, { first: storeId, last: storeId }, 1)).length > 0)
        wrong.add(storeId);
  await markSealed(
    sql,
    days.filter(({ storeId }) => !wrong.has(storeId)),
  );
  return [...wrong];
}
