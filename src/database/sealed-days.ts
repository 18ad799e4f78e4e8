import { z } from 'zod';
import type { EventId, Instant, LocalDay, MessageId, StoreId } from '../domain/values';
import type { Sql } from './database';
import { timestamp } from './parameters';
import { column } from './rows';
import type { SealedDays } from './sales';

const storeRow = z.object({ storeId: column.storeId });

/** @returns up to `limit` stores that sold on days before this one that are not sealed, in the order of their ids, from behind this one on */
export async function storesToSealAfter(
  sql: Pick<Sql, 'query'>,
  last: StoreId | null,
  before: LocalDay,
  limit: number,
): Promise<StoreId[]> {
  const page = (behind: string): string =>
    `SELECT w.store_id::text AS "storeId" FROM store_sales AS w
     WHERE EXISTS (SELECT 1 FROM daily_sales AS d WHERE d.store_id = w.store_id AND d.day < $2::date
                     AND d.day >= coalesce(w.sealed_before, '-infinity'))
       ${behind} ORDER BY w.store_id LIMIT $1::int`;
  const rows =
    last === null
      ? await sql.query(storeRow, page(''), limit, before)
      : await sql.query(storeRow, page('AND w.store_id > $3::uuid'), limit, before, last);
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

/** Of a store, the days before this one. */
export interface DaysBefore {
  readonly storeId: StoreId;
  readonly before: LocalDay;
}

const sumsRow = z.object({ storeId: column.storeId, sums: z.string() });

/** Seals days of stores, which are locked, and keeps a digest of what they add up to. @returns of how many stores */
export async function sealDays(sql: Sql, days: readonly DaysBefore[]): Promise<number> {
  if (days.length === 0) return 0;
  const stores = days.map(({ storeId }) => storeId);
  const before = days.map(({ before: day }) => day);
  const found = await sql.query(sumsRow, SUMS, stores, before);
  const sums = new Map(found.map((row) => [row.storeId, row.sums]));
  return sql.execute(
    SEAL,
    stores,
    before,
    stores.map((storeId) => sums.get(storeId) ?? null),
  );
}

const SUMS = `
SELECT d.store_id::text AS "storeId",
  md5(string_agg(d.day - DATE '1970-01-01' || '=' || d.amount || '/' || d.records, ',' ORDER BY d.day)) AS sums
FROM unnest($1::uuid[], $2::date[]) AS t(store_id, before)
JOIN daily_sales AS d ON d.store_id = t.store_id AND d.day < t.before AND d.store_id = ANY ($1::uuid[])
GROUP BY d.store_id`;

const SEAL = `
UPDATE store_sales AS w SET sealed_before = t.before, sealed_sums = t.sums
FROM unnest($1::uuid[], $2::date[], $3::text[]) AS t(store_id, before, sums)
WHERE w.store_id = ANY ($1::uuid[]) AND w.store_id = t.store_id AND t.before > coalesce(w.sealed_before, '-infinity')`;

const sealedRow = z.object({ storeId: column.storeId, before: column.day });

/** Which days of these stores are sealed; a store without any is left out. */
export async function readSealedDays(
  sql: Pick<Sql, 'query'>,
  stores: readonly StoreId[],
): Promise<SealedDays> {
  if (stores.length === 0) return new Map();
  const rows = await sql.query(
    sealedRow,
    `SELECT store_id::text AS "storeId", to_char(sealed_before, 'YYYY-MM-DD') AS before FROM store_sales
     WHERE store_id = ANY ($1::uuid[]) AND sealed_before IS NOT NULL`,
    stores,
  );
  return new Map(rows.map(({ storeId, before }) => [storeId, before]));
}

/** @returns up to `limit` stores with sealed days of which rows may be there */
export function daysThatLeave(sql: Pick<Sql, 'query'>, limit: number): Promise<DaysBefore[]> {
  return sql.query(
    sealedRow,
    `SELECT store_id::text AS "storeId", to_char(sealed_before, 'YYYY-MM-DD') AS before FROM store_sales
     WHERE sealed_before > coalesce(left_before, '-infinity') ORDER BY store_id LIMIT $1::int`,
    limit,
  );
}

const saleRow = z.object({ messageId: z.string().transform((id) => id as MessageId) });

/**
 * Deletes sales of sealed days, as many as a piece may have. By two statements: where sales lie by message, none can say in one both
 * whose they are and how many.
 *
 * @returns whether there may be more
 */
export async function deleteSales(sql: Sql, days: readonly DaysBefore[], limit: number): Promise<boolean> {
  const found = await sql.query(
    saleRow,
    `SELECT s.message_id::text AS "messageId" FROM sales AS s
     JOIN unnest($1::uuid[], $2::date[]) AS t(store_id, before) ON t.store_id = s.store_id AND s.day < t.before
     WHERE s.store_id = ANY ($1::uuid[]) LIMIT $3::int`,
    days.map(({ storeId }) => storeId),
    days.map(({ before }) => before),
    limit,
  );
  if (found.length > 0)
    await sql.execute(
      'DELETE FROM sales WHERE message_id = ANY ($1::uuid[])',
      found.map(({ messageId }) => messageId),
    );
  return found.length === limit;
}

/** Notes that the rows of these days have left. */
export async function markLeft(sql: Sql, days: readonly DaysBefore[]): Promise<void> {
  await sql.execute(
    `UPDATE store_sales AS w SET left_before = t.before FROM unnest($1::uuid[], $2::date[]) AS t(store_id, before)
     WHERE w.store_id = ANY ($1::uuid[]) AND w.store_id = t.store_id`,
    days.map(({ storeId }) => storeId),
    days.map(({ before }) => before),
  );
}
