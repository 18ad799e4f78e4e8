import type { Database, Sql } from '../../database/database';
import { lockStores } from '../../database/sales';
import {
  type DaysBefore,
  digestsOf,
  type DueStores,
  dueStoresAfter,
  eventsOfStores,
  markSealed,
  type NoticedDays,
  noteNoticed,
  readNotices,
  refuseDays,
  type StartedEvent,
  storesToNoticeAfter,
} from '../../database/sealed-days';
import { findSealedEvents } from '../../database/sealed-events';
import { compareRollup } from '../../database/verification/compare-rollup';
import { noticedDays } from '../../database/verification/sales';
import { sumsOfDays } from '../../database/verification/sealed';
import { addDays, DAY_IN_MS, localDayOf, utcMidnight } from '../../domain/days';
import type { Instant, LocalDay, StoreId } from '../../domain/values';
import type { Attempts } from './attempts';

/** So many stores are locked at a time: a batch of sales for one of them waits for some milliseconds. */
const STORES_PER_ROUND = 20;
/** The days that an event can be compared with begin so many ahead of its start, in whatever zone (database/sales.ts). */
const DAYS_COMPARED = 8;

export interface NoticingDays {
  readonly database: Pick<Database, 'background' | 'transaction'>;
  readonly now: () => Instant;
  /** No day from this one on is noticed. */
  readonly before: LocalDay;
  readonly isStopping: () => boolean;
  readonly attempts: Attempts;
}

/**
 * The first look: notes what stores sold on the days before one, as far as none of their events that is not sealed is compared with them.
 * They are sealed by another look, days later, if they are like that still: an import that takes hours, or is ended and completed, is not
 * cut in two.
 *
 * @returns of how many stores
 */
export async function noticeDays(options: NoticingDays): Promise<number> {
  const { database, before, isStopping, attempts } = options;
  let noticed = 0;
  let last: StoreId | null = null;
  while (!isStopping()) {
    const stores: StoreId[] = await storesToNoticeAfter(database.background, last, before, STORES_PER_ROUND);
    if (stores.length === 0) break;
    noticed += (await attempts.to(async () => notice(options, await daysToNotice(options, stores)))) ?? 0;
    last = stores.at(-1)!;
  }
  return noticed;
}

async function daysToNotice(
  { database: { background }, before }: NoticingDays,
  stores: readonly StoreId[],
): Promise<readonly DaysBefore[]> {
  const days = await daysToSeal(background, stores, before);
  const digests = await digestsOf(background, days);
  const notices = await readNotices(background, stores);
  return days.filter(({ storeId }) => {
    const known = notices.get(storeId);
    return digests.has(storeId) && (known === undefined || known.present !== known.noticed);
  });
}

function notice(
  { database, now }: Pick<NoticingDays, 'database' | 'now'>,
  days: readonly DaysBefore[],
): Promise<number> {
  if (days.length === 0) return Promise.resolve(0);
  return database.transaction(async (sql) => {
    await lockStores(
      sql,
      days.map(({ storeId }) => storeId),
    );
    return noteNoticed(sql, days, now());
  });
}

/** Of each store the days before one that no event is compared with that is not sealed. Some of them, or all, may be sealed. */
async function daysToSeal(
  sql: Pick<Sql, 'query'>,
  stores: readonly StoreId[],
  before: LocalDay,
): Promise<readonly DaysBefore[]> {
  const startBefore = (utcMidnight(before) + (DAYS_COMPARED + 1) * DAY_IN_MS) as Instant;
  const events = await eventsOfStores(sql, stores, startBefore);
  const sealed = await findSealedEvents(
    sql,
    events.map(({ eventId }) => eventId),
  );
  const first = new Map<StoreId, LocalDay>();
  for (const event of events) {
    const known = first.get(event.storeId) ?? before;
    if (!sealed.has(event.eventId)) first.set(event.storeId, earlier(known, firstComparedWith(event)));
  }
  return stores.map((storeId) => ({ storeId, before: first.get(storeId) ?? before }));
}

const firstComparedWith = ({ startAt }: StartedEvent): LocalDay =>
  addDays(localDayOf(startAt), -DAYS_COMPARED);
const earlier = (one: LocalDay, other: LocalDay): LocalDay => (one < other ? one : other);

export interface SealingDays extends NoticingDays {
  readonly database: Pick<Database, 'background' | 'transaction' | 'readAtLength'>;
  readonly due: DueStores;
  /** Throws while something may not be applied yet that was sent before; asked behind the lock of the store. */
  readonly requireApplied: (sql: Sql) => Promise<void>;
}

/**
 * The second look: seals the days of stores that are as they were noticed. From then on no sale is added to them, so that their rows can
 * leave. Ahead of that they are held against these rows for the last time, without a lock; what changes in between is left for the next
 * time. A store whose days are not what its rows add up to keeps them: they are all that could tell what is right. It is looked at again a
 * day later.
 *
 * @returns of how many stores
 */
export async function sealDays(options: SealingDays): Promise<number> {
  const { database, due, isStopping, attempts } = options;
  let sealed = 0;
  let last: StoreId | null = null;
  for (;;) {
    const stores: StoreId[] = await dueStoresAfter(database.background, last, due, STORES_PER_ROUND);
    for (const storeId of stores) {
      if (isStopping()) return sealed;
      if ((await attempts.to(() => sealOf(options, storeId))) === true) sealed += 1;
    }
    if (stores.length < STORES_PER_ROUND) return sealed;
    last = stores.at(-1)!;
  }
}

/** @returns whether days of the store were sealed */
async function sealOf(options: SealingDays, storeId: StoreId): Promise<boolean> {
  const { database, now, isStopping } = options;
  const [present] = await daysToSeal(database.background, [storeId], options.before);
  const found = await database.readAtLength((sql) => look(sql, present!));
  if (found === undefined || isStopping()) return false;
  if (found.is === 'other') await notice(options, [present!]);
  if (found.is === 'wrong') await refuseDays(database.background, found.days, now());
  return found.is === 'right' && (await seal(options, found.days));
}

/** What one snapshot shows of a store: whether it is as it was noticed, and what its rows add up to. */
interface Found {
  readonly days: NoticedDays;
  readonly is: 'right' | 'wrong' | 'other';
}

/** @param present what could be noticed now: an event that was defined since then may be compared with days that it was not before */
async function look(sql: Pick<Sql, 'query'>, { storeId, before }: DaysBefore): Promise<Found | undefined> {
  const days = (await readNotices(sql, [storeId])).get(storeId);
  if (days === undefined) return undefined;
  if (days.present !== days.noticed || before < days.before) return { days, is: 'other' };
  for (const check of [noticedDays, sumsOfDays]) {
    const drifts = await compareRollup(sql, check, { first: storeId, last: storeId }, 1);
    if (drifts.length > 0) return { days, is: 'wrong' };
  }
  return { days, is: 'right' };
}

function seal({ database, now, requireApplied }: SealingDays, days: NoticedDays): Promise<boolean> {
  return database.transaction(async (sql) => {
    await lockStores(sql, [days.storeId]);
    await requireApplied(sql);
    return markSealed(sql, days, now());
  });
}
