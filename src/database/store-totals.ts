import { z } from 'zod';
import type { SalesDay } from '../domain/facts';
import type { StoreEventWithViews } from '../domain/store-totals';
import type { StoreId } from '../domain/values';
import type { Sql } from './database';
import { read } from './facts/columns';
import { EVENTS_WITH_SALES, SALES_AROUND, storeEvent, toStoreEvent, withSales } from './facts/store-event';
import { column } from './rows';
import { GOES_ON } from './shards';
import { notThereYet } from './unavailable';

/** An event of a store with what its totals are computed from, and what the store sold around its start. */
export interface StoreEventTotalled {
  readonly event: StoreEventWithViews;
  readonly sales: readonly SalesDay[];
}

declare const piece: unique symbol;
/** Some events of a store as the database tells them, to be read by `readPiece`. */
export type EventsPiece = string & { readonly [piece]: 'EventsPiece' };

/** Reading and computing so many takes about a millisecond; a store may have thousands. */
const EVENTS_PER_PIECE = 25;

const pieceRow = z.object({
  storeId: column.storeId,
  told: z.string().transform((told) => told as EventsPiece),
});

/** @returns all events of each of these stores, in any order, in one statement; nothing for a store without any */
export async function readEventsOfStores(
  sql: Pick<Sql, 'query' | 'isDistributed'>,
  stores: readonly StoreId[],
): Promise<ReadonlyMap<StoreId, readonly EventsPiece[]>> {
  if (sql.isDistributed) return readShardedStores(sql, stores);
  const pieces = new Map<StoreId, EventsPiece[]>();
  for (const { storeId, told } of await sql.query(pieceRow, EVENTS_OF_STORES, stores)) {
    const before = pieces.get(storeId);
    if (before === undefined) pieces.set(storeId, [told]);
    else before.push(told);
  }
  return pieces;
}

const keyRow = z.object({ storeId: column.storeId, eventId: column.eventId, sales: z.string().nullable() });
const totalledRow = z.object({ eventId: column.eventId, facts: z.string(), views: z.string() });

/**
 * Which events a store has, and what it sold, lies with the store; the rest is read by the keys of these events.
 *
 * @throws DatabaseUnavailable where one of them is not there: what a node that was lost has yet to commit
 */
async function readShardedStores(
  sql: Pick<Sql, 'query'>,
  stores: readonly StoreId[],
): Promise<ReadonlyMap<StoreId, readonly EventsPiece[]>> {
  const keys = await sql.query(keyRow, EVENTS_WITH_SALES, stores);
  if (keys.length === 0) return new Map();
  const ids = keys.map(({ eventId }) => eventId);
  const found = new Map(
    (await sql.query(totalledRow, TOTALLED, ids)).map(({ eventId, ...facts }) => [eventId, facts]),
  );
  const events = new Map<StoreId, unknown[]>();
  for (const { storeId, eventId, sales } of keys) {
    const told = found.get(eventId);
    if (told === undefined) throw notThereYet();
    const event = [withSales(told.facts, sales), told.views];
    const before = events.get(storeId);
    if (before === undefined) events.set(storeId, [event]);
    else before.push(event);
  }
  return new Map([...events].map(([storeId, all]) => [storeId, inPieces(all)]));
}

function inPieces(events: readonly unknown[]): EventsPiece[] {
  const pieces: EventsPiece[] = [];
  for (let first = 0; first < events.length; first += EVENTS_PER_PIECE)
    pieces.push(JSON.stringify(events.slice(first, first + EVENTS_PER_PIECE)) as EventsPiece);
  return pieces;
}

const TOTALLED = `${GOES_ON}
SELECT e.event_id::text AS "eventId", ${storeEvent('NULL', 'h.event_id = ANY ($1::uuid[])')}::text AS facts,
  (SELECT coalesce(sum(coalesce(h.views, h.expected_views)), 0) FROM event_channels AS h
   WHERE h.event_id = e.event_id AND h.event_id = ANY ($1::uuid[]))::text AS views
FROM events AS e JOIN event_counts AS c USING (event_id)
WHERE e.event_id = ANY ($1::uuid[]) AND c.event_id = ANY ($1::uuid[])`;

/** Work of its own, between two pieces of which others may do theirs. */
export function readPiece(told: EventsPiece): StoreEventTotalled[] {
  return read.listOf(JSON.parse(told), toTotalled);
}

// The views of a channel are those of `effectiveViews`: the latest measured, else the expected.
const EVENTS_OF_STORES = `
SELECT "storeId", json_agg(event)::text AS told FROM (
  SELECT e.store_id::text AS "storeId", (row_number() OVER (PARTITION BY e.store_id) - 1) / ${EVENTS_PER_PIECE} AS piece,
    json_build_array(${storeEvent(SALES_AROUND)},
      (SELECT coalesce(sum(coalesce(h.views, h.expected_views)), 0) FROM event_channels AS h WHERE h.event_id = e.event_id)::text
    ) AS event
  FROM events AS e JOIN event_counts AS c USING (event_id)
  WHERE e.store_id = ANY ($1::uuid[])
) AS each GROUP BY "storeId", piece`;

function toTotalled([columns, views]: readonly unknown[]): StoreEventTotalled {
  const { event, sales } = toStoreEvent(read.list(columns));
  return { event: { ...event, views: read.exact(views) }, sales };
}

const sizeRow = z.object({ storeId: column.storeId, events: z.number() });

/** How many events a store has. */
export type StoreSize = z.infer<typeof sizeRow>;

/**
 * @param readable only these stores are looked at; null for any
 * @returns those of the stores that have events, in any order
 */
export function countEventsOfStores(
  sql: Pick<Sql, 'query'>,
  stores: readonly StoreId[],
  readable: readonly StoreId[] | null,
): Promise<StoreSize[]> {
  return sql.query(
    sizeRow,
    `SELECT store_id::text AS "storeId", count(*)::int AS events FROM store_events
     WHERE store_id = ANY ($1::uuid[]) AND ($2::uuid[] IS NULL OR store_id = ANY ($2::uuid[])) GROUP BY store_id`,
    stores,
    readable,
  );
}
