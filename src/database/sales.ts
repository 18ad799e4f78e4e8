import { z } from 'zod';
import { DAY_IN_MS, localDayOf } from '../domain/days';
import type { SalesDay, SalesFacts } from '../domain/facts';
import { salesFacts } from '../domain/sales-days';
import type { Instant, Krw, LocalDay, MessageId, StoreId } from '../domain/values';
import { changeDate } from './change-date';
import { lockEvents } from './event-counts';
import type { Sql } from './database';
import { read } from './facts/columns';
import { column } from './rows';
import type { FactSource } from './facts/fact-source';
import { lockInOrder } from './shards';
import { mayBeSettled, type StoreEventKey, unsettleEvents } from './store-events';
import { timestamp } from './parameters';

/** Stores with days to which no sale can be added any more: those before this one. */
export type SealedDays = ReadonlyMap<StoreId, LocalDay>;

const sealedRow = z.object({ storeId: column.storeId, before: column.day });

/**
 * Locks the stores in the order of their ids: no other transaction applies or settles their sales until this one ends.
 *
 * @returns of those that have any, which days are sealed
 */
export async function lockStores(sql: Sql, stores: Iterable<StoreId>): Promise<SealedDays> {
  const sealed = await lockInOrder(sql, 'store_events', stores, (ids) =>
    sql.query(sealedRow, LOCK_STORES, ids),
  );
  return new Map(sealed.map(({ storeId, before }) => [storeId, before]));
}

// A row made only to be locked says nothing of a change: a repeated sale may name another store than it first did. It names
// sealed_before, whose default keeps the release before out once anything is sealed (months/).
const LOCK_STORES = `
WITH locked AS (
  INSERT INTO store_sales (store_id, changed_at, sealed_before)
  SELECT store_id, 'epoch', NULL::date FROM unnest($1::uuid[]) AS t(store_id) ORDER BY store_id
  ON CONFLICT (store_id) DO UPDATE SET store_id = excluded.store_id
  RETURNING store_id, sealed_before
)
SELECT store_id::text AS "storeId", to_char(sealed_before, 'YYYY-MM-DD') AS before FROM locked WHERE sealed_before IS NOT NULL`;

/** Money that a store took on a day, or gave back when negative. */
export interface Sale {
  readonly messageId: MessageId;
  readonly storeId: StoreId;
  readonly saleDate: LocalDay;
  readonly amount: Krw;
}

const freshRow = z.object({ fresh: z.array(z.number()) });

/**
 * Stores the sales that are new, adds them to their stores' days, dates the change of the stores, which are locked, and marks
 * the events that are compared with these days as not settled.
 *
 * @param sales each messageId once
 * @returns the places of the sales that were new
 */
export async function recordSales(
  sql: Sql,
  sales: readonly Sale[],
  committedAt: Instant,
): Promise<readonly number[]> {
  const [row] = await sql.query(
    freshRow,
    RECORD,
    [...sales.keys()],
    sales.map(({ messageId }) => messageId),
    sales.map(({ storeId }) => storeId),
    sales.map(({ saleDate }) => saleDate),
    sales.map(({ amount }) => amount),
    timestamp(committedAt),
  );
  const fresh = row?.fresh ?? [];
  const compared = await eventsComparedWith(
    sql,
    fresh.map((place) => sales[place]!),
    committedAt,
  );
  // Its rows are changed by who has locked the event. While a store is locked, none of its events is settled in between.
  await lockEvents(
    sql,
    compared.map(({ eventId }) => eventId),
    committedAt,
  );
  await unsettleEvents(sql, compared, committedAt);
  return fresh;
}

const keyRow = z.object({ storeId: column.storeId, eventId: column.eventId });

/** @returns the settled events that are compared with what was sold on these days */
async function eventsComparedWith(
  sql: Sql,
  sold: readonly Pick<Sale, 'storeId' | 'saleDate'>[],
  committedAt: Instant,
): Promise<StoreEventKey[]> {
  if (sold.length === 0) return [];
  return sql.query(
    keyRow,
    `${COMPARED_WITH} AND ${mayBeSettled(sql)}`,
    sold.map(({ storeId }) => storeId),
    sold.map(({ saleDate }) => saleDate),
    timestamp(committedAt),
  );
}

/** A day's sales are compared for events that start from six days ahead of it to seven days after, in whatever zone. */
const COMPARED_WITH = `
SELECT w.store_id::text AS "storeId", w.event_id::text AS "eventId"
FROM (
  SELECT store_id, min(day)::timestamp AS first, max(day)::timestamp AS last
  FROM unnest($1::uuid[], $2::date[]) AS t(store_id, day) GROUP BY store_id
) AS sold
JOIN store_events AS w USING (store_id)
WHERE w.store_id = ANY ($1::uuid[])
  AND w.start_at BETWEEN ((sold.first - interval '7 days') AT TIME ZONE 'UTC')
                     AND ((sold.last + interval '9 days') AT TIME ZONE 'UTC')`;

const RECORD = `
WITH input AS (
  SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::date[], $5::bigint[])
    AS t(position, message_id, store_id, day, amount)
), fresh AS (
  INSERT INTO sales (message_id, store_id, day, amount)
  SELECT message_id, store_id, day, amount FROM input ORDER BY message_id
  ON CONFLICT DO NOTHING
  RETURNING *
), by_day AS (
  INSERT INTO daily_sales AS d (store_id, day, amount, records)
  SELECT store_id, day, sum(amount)::bigint, count(*) FROM fresh GROUP BY store_id, day
  ON CONFLICT (store_id, day) DO UPDATE SET amount = d.amount + excluded.amount, records = d.records + excluded.records
), touched AS (
  UPDATE store_sales SET changed_at = ${changeDate('$6')}
  WHERE store_id = ANY ($3::uuid[]) AND store_id IN (SELECT store_id FROM fresh)
)
SELECT coalesce(array_agg(input.position), '{}') AS fresh FROM input JOIN fresh USING (message_id)`;

/** What is stored of a store's day, beside sales that are known. Amounts in won. */
export interface StoredDay {
  readonly day: LocalDay;
  readonly amount: bigint;
  /** Of the sales that are not among the known ones. */
  readonly othersAmount: bigint;
  /** Is another one as soon as there is another sale among them. */
  readonly othersDigest: string;
}

const storedDayRow = z.object({
  day: z.string(),
  amount: z.string(),
  others: z.string(),
  digest: z.string(),
});

/**
 * What a store has sold on days, and how much of that is not among these sales.
 *
 * @returns each day in their order, also those of which nothing is stored
 */
export async function storedDays(
  sql: Sql,
  storeId: StoreId,
  days: readonly LocalDay[],
  known: readonly MessageId[],
): Promise<readonly StoredDay[]> {
  const rows = await sql.query(storedDayRow, STORED_DAYS, storeId, days, known);
  return rows.map(({ day, amount, others, digest }) => ({
    day: localDayOf(Date.parse(day)),
    amount: BigInt(amount),
    othersAmount: BigInt(others),
    othersDigest: digest,
  }));
}

const STORED_DAYS = `
SELECT to_char(d.day, 'YYYY-MM-DD') AS day, coalesce(sum(s.amount), 0)::text AS amount,
  coalesce(sum(s.amount) FILTER (WHERE known.message_id IS NULL), 0)::text AS others,
  md5(coalesce(string_agg(s.message_id::text, ',' ORDER BY s.message_id) FILTER (WHERE known.message_id IS NULL), ''))
    AS digest
FROM unnest($2::date[]) AS d(day)
LEFT JOIN sales AS s ON s.store_id = $1::uuid AND s.day = d.day
LEFT JOIN unnest($3::uuid[]) AS known(message_id) ON known.message_id = s.message_id
GROUP BY d.day ORDER BY d.day`;

const countRow = z.object({ stored: z.number() });

/** How many of these sales are stored. */
export async function countStoredSales(sql: Sql, ids: readonly MessageId[]): Promise<number> {
  const [row] = await sql.query(countRow, COUNT_STORED, ids);
  return row?.stored ?? 0;
}

const COUNT_STORED = 'SELECT count(*)::int AS stored FROM sales WHERE message_id = ANY($1::uuid[])';

/**
 * The days of `d` (daily_sales) that can be compared around an instant. Which ones are is for the business time zone to say,
 * whose clocks are at most a day from these: at most seven lie on either side of the start day.
 */
export const daysAround = (instant: string): string =>
  `d.day BETWEEN (${instant} AT TIME ZONE 'UTC')::date - 8 AND (${instant} AT TIME ZONE 'UTC')::date + 8`;

/** Days are counted from 1970, whatever the session's way of writing dates; amounts are text, which no driver rounds. */
export const SALES = `string_agg(d.day - DATE '1970-01-01' || ' ' || d.amount, ',' ORDER BY d.day)`;

export const toSalesDays = (part: unknown): SalesDay[] =>
  read.pairs(part, (day, amount) => ({
    day: localDayOf(read.whole(Number(day)) * DAY_IN_MS),
    amount: BigInt(amount),
  }));

const aroundRow = z.object({ place: z.number(), sales: z.string() });

/** @returns in each place what the store sold around the instant */
export async function salesAround(
  sql: Pick<Sql, 'query'>,
  starts: readonly { readonly storeId: StoreId; readonly startAt: Instant }[],
): Promise<SalesDay[][]> {
  if (starts.length === 0) return [];
  const rows = await sql.query(
    aroundRow,
    AROUND,
    [...starts.keys()],
    starts.map(({ storeId }) => storeId),
    starts.map(({ startAt }) => timestamp(startAt)),
  );
  const found = new Map(rows.map(({ place, sales }) => [place, sales]));
  return starts.map((_, place) => toSalesDays(found.get(place) ?? null));
}

const AROUND = `
SELECT t.place, ${SALES} AS sales
FROM unnest($1::int[], $2::uuid[], $3::timestamptz[]) AS t(place, store_id, start_at)
JOIN daily_sales AS d ON d.store_id = t.store_id AND d.store_id = ANY ($2::uuid[]) AND ${daysAround('t.start_at')}
GROUP BY d.store_id, t.place`;

/** What its store sold around the start of an event. */
export const storeSalesFacts: FactSource<SalesFacts> = {
  liesBy: 'store',
  sql: (asked) => `
(SELECT ${SALES} FROM daily_sales AS d WHERE ${asked.ofStore('d.store_id')} AND ${daysAround('a.start_at')})`,
  decode: (part, { event, moment }) => salesFacts(event, toSalesDays(part), moment.calendar, moment.now),
};
