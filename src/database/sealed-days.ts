import { z } from 'zod';
import type { EventId, Instant, LocalDay, StoreId } from '../domain/values';
import type { Sql } from './database';
import { timestamp } from './parameters';
import { column } from './rows';

/** Of a store, the days before this one. */
export interface DaysBefore {
  readonly storeId: StoreId;
  readonly before: LocalDay;
}

const storeRow = z.object({ storeId: column.storeId });

/**
 * Stores that sold on days before this one that are not sealed, and of which nobody has noticed it yet; also those that have changed since
 * it was.
 *
 * @returns up to `limit`, in the order of their ids, from behind this one on
 */
export async function storesToNoticeAfter(
  sql: Pick<Sql, 'query'>,
  last: StoreId | null,
  before: LocalDay,
  limit: number,
): Promise<StoreId[]> {
  const page = (behind: string): string =>
    `SELECT w.store_id::text AS "storeId" FROM store_sales AS w
     WHERE (w.seal_noticed_at IS NULL OR w.changed_at >= w.seal_noticed_at)
       AND EXISTS (SELECT 1 FROM daily_sales AS d WHERE d.store_id = w.store_id AND d.day < $2::date
                     AND d.day >= coalesce(w.sealed_before, '-infinity'))
       ${behind} ORDER BY w.store_id LIMIT $1::int`;
  const rows =
    last === null
      ? await sql.query(storeRow, page(''), limit, before)
      : await sql.query(storeRow, page('AND w.store_id > $3::uuid'), limit, before, last);
  return rows.map(({ storeId }) => storeId);
}

/** Which stores' days are to be sealed: those that were noticed by `noticedBefore` and not refused since `refusedBefore`. */
export interface DueStores {
  readonly noticedBefore: Instant;
  readonly refusedBefore: Instant;
}

/** @returns up to `limit` of them, in the order of their ids, from behind this one on */
export async function dueStoresAfter(
  sql: Pick<Sql, 'query'>,
  last: StoreId | null,
  { noticedBefore, refusedBefore }: DueStores,
  limit: number,
): Promise<StoreId[]> {
  const page = (behind: string): string =>
    `SELECT store_id::text AS "storeId" FROM store_sales
     WHERE seal_noticed_at <= $2::timestamptz AND (seal_refused_at IS NULL OR seal_refused_at <= $3::timestamptz)
       ${behind} ORDER BY store_id LIMIT $1::int`;
  const bounds = [limit, timestamp(noticedBefore), timestamp(refusedBefore)];
  const rows = await (last === null
    ? sql.query(storeRow, page(''), ...bounds)
    : sql.query(storeRow, page('AND store_id > $4::uuid'), ...bounds, last));
  return rows.map(({ storeId }) => storeId);
}

const startRow = z.object({ storeId: column.storeId, eventId: column.eventId, startAt: column.instant });

/** An event of a store, and when it starts. */
export interface StartedEvent {
  readonly storeId: StoreId;
  readonly eventId: EventId;
  readonly startAt: Instant;
}

/** The events of these stores that start before an instant. */
export function eventsOfStores(
  sql: Pick<Sql, 'query'>,
  stores: readonly StoreId[],
  startBefore: Instant,
): Promise<StartedEvent[]> {
  return sql.query(
    startRow,
    `SELECT store_id::text AS "storeId", event_id::text AS "eventId", start_at AS "startAt" FROM store_events
     WHERE store_id = ANY ($1::uuid[]) AND start_at < $2::timestamptz`,
    stores,
    timestamp(startBefore),
  );
}

/** What was noticed of a store's days; they are as they were then while `present` is the same as `noticed`. */
export interface NoticedDays extends DaysBefore {
  readonly noticed: string;
  /** Undefined where there is none of these days any more. */
  readonly present: string | undefined;
}

const noticeRow = z.object({ storeId: column.storeId, before: column.day, noticed: z.string() });

/** What was noticed of these stores; one of which nothing was is left out. */
export async function readNotices(
  sql: Pick<Sql, 'query'>,
  stores: readonly StoreId[],
): Promise<ReadonlyMap<StoreId, NoticedDays>> {
  if (stores.length === 0) return new Map();
  const notices = await sql.query(
    noticeRow,
    `SELECT store_id::text AS "storeId", to_char(sealing_before, 'YYYY-MM-DD') AS before, seal_noticed AS noticed
     FROM store_sales WHERE store_id = ANY ($1::uuid[]) AND seal_noticed_at IS NOT NULL`,
    stores,
  );
  const present = await digestsOf(sql, notices);
  return new Map(
    notices.map((notice) => [notice.storeId, { ...notice, present: present.get(notice.storeId) }]),
  );
}

const digestRow = z.object({ storeId: column.storeId, digest: z.string() });

/** Digests of what stores sold on these days, without those that are sealed. A store without any such day is left out. */
export async function digestsOf(
  sql: Pick<Sql, 'query'>,
  days: readonly DaysBefore[],
): Promise<ReadonlyMap<StoreId, string>> {
  return readDigests(sql, OPEN_DAYS, days);
}

async function readDigests(
  sql: Pick<Sql, 'query'>,
  statement: string,
  days: readonly DaysBefore[],
): Promise<ReadonlyMap<StoreId, string>> {
  if (days.length === 0) return new Map();
  const [stores, before] = columnsOf(days);
  const found = await sql.query(digestRow, statement, stores, before);
  return new Map(found.map(({ storeId, digest }) => [storeId, digest]));
}

const columnsOf = (days: readonly DaysBefore[]) =>
  [days.map(({ storeId }) => storeId), days.map(({ before }) => before)] as const;

const digestsWhere = (condition: string): string => `
SELECT w.store_id::text AS "storeId",
  md5(string_agg(d.day - DATE '1970-01-01' || '=' || d.amount || '/' || d.records, ',' ORDER BY d.day)) AS digest
FROM unnest($1::uuid[], $2::date[]) AS t(store_id, before)
JOIN store_sales AS w ON w.store_id = t.store_id AND w.store_id = ANY ($1::uuid[])
JOIN daily_sales AS d ON d.store_id = w.store_id AND d.day < t.before AND d.store_id = ANY ($1::uuid[])
WHERE ${condition} GROUP BY w.store_id`;

const OPEN_DAYS = digestsWhere(`d.day >= coalesce(w.sealed_before, '-infinity')`);
const ALL_DAYS = digestsWhere('true');

/**
 * Notes of stores, which are locked, how these days are now; what was noticed of them before counts no more. Of a store that sold on none
 * of them nothing is noticed any more.
 *
 * @returns of how many stores something is
 */
export async function noteNoticed(
  sql: Sql,
  days: readonly DaysBefore[],
  noticedAt: Instant,
): Promise<number> {
  const digests = await digestsOf(sql, days);
  const [stores, before] = columnsOf(days);
  await sql.execute(
    `UPDATE store_sales AS w SET sealing_before = t.before, seal_noticed = t.noticed, seal_refused_at = NULL,
       seal_noticed_at = CASE WHEN t.noticed IS NOT NULL THEN $4::timestamptz END
     FROM unnest($1::uuid[], $2::date[], $3::text[]) AS t(store_id, before, noticed)
     WHERE w.store_id = ANY ($1::uuid[]) AND w.store_id = t.store_id`,
    stores,
    before,
    stores.map((storeId) => digests.get(storeId) ?? null),
    timestamp(noticedAt),
  );
  return digests.size;
}

/** Notes that the sums of a store's noticed days are not what its rows add up to. */
export async function refuseDays(
  sql: Pick<Sql, 'execute'>,
  { storeId, noticed }: NoticedDays,
  refusedAt: Instant,
): Promise<void> {
  await sql.execute(
    'UPDATE store_sales SET seal_refused_at = $3::timestamptz WHERE store_id = $1::uuid AND seal_noticed = $2::text',
    storeId,
    noticed,
    timestamp(refusedAt),
  );
}

/**
 * Seals the noticed days of a store, which is locked, where they are still as they were, and keeps a digest of what all sealed days add
 * up to.
 *
 * @returns whether they were
 */
export async function markSealed(
  sql: Sql,
  { storeId, before, noticed }: NoticedDays,
  sealedAt: Instant,
): Promise<boolean> {
  const now = (await readNotices(sql, [storeId])).get(storeId);
  if (now?.before !== before || now.noticed !== noticed || now.present !== noticed) return false;
  const sums = await readDigests(sql, ALL_DAYS, [now]);
  await sql.execute(
    `UPDATE store_sales SET sealed_before = $2::date, sealed_at = $3::timestamptz, sealed_sums = $4::text,
       sealing_before = NULL, seal_noticed = NULL, seal_noticed_at = NULL, seal_refused_at = NULL
     WHERE store_id = $1::uuid`,
    storeId,
    before,
    timestamp(sealedAt),
    sums.get(storeId),
  );
  return true;
}

/** Which days of a store are sealed, and since when the last of them are. */
export interface Sealed {
  /** Days before this one are. */
  readonly before: LocalDay;
  readonly sealedAt: Instant;
}

const sealedRow = z.object({ storeId: column.storeId, before: column.day, sealedAt: column.instant });

/** Which days of these stores are sealed; a store without any is left out. */
export async function readSealedDays(
  sql: Pick<Sql, 'query'>,
  stores: readonly StoreId[],
): Promise<ReadonlyMap<StoreId, Sealed>> {
  if (stores.length === 0) return new Map();
  const rows = await sql.query(
    sealedRow,
    `SELECT store_id::text AS "storeId", to_char(sealed_before, 'YYYY-MM-DD') AS before, sealed_at AS "sealedAt" FROM store_sales
     WHERE store_id = ANY ($1::uuid[]) AND sealed_before IS NOT NULL`,
    stores,
  );
  return new Map(rows.map(({ storeId, before, sealedAt }) => [storeId, { before, sealedAt }]));
}

const countRow = z.object({ stores: z.number() });

/** Of how many stores the days were not sealed, since their sums are not what their rows add up to. */
export async function countRefusedStores(sql: Pick<Sql, 'query'>): Promise<number> {
  const [row] = await sql.query(
    countRow,
    'SELECT count(*)::int AS stores FROM store_sales WHERE seal_refused_at IS NOT NULL',
  );
  return row!.stores;
}
