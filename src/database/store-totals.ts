import { z } from 'zod';
import type { SalesDay } from '../domain/facts';
import type { StoreEventWithViews } from '../domain/store-totals';
import type { StoreId } from '../domain/values';
import type { Sql } from './database';
import { read } from './facts/columns';
import { storeEvent, toStoreEvent } from './facts/store-event';
import { column } from './rows';

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
  sql: Pick<Sql, 'query'>,
  stores: readonly StoreId[],
): Promise<ReadonlyMap<StoreId, readonly EventsPiece[]>> {
  const pieces = new Map<StoreId, EventsPiece[]>();
  for (const { storeId, told } of await sql.query(pieceRow, EVENTS_OF_STORES, stores)) {
    const before = pieces.get(storeId);
    if (before === undefined) pieces.set(storeId, [told]);
    else before.push(told);
  }
  return pieces;
}

/** Work of its own, between two pieces of which others may do theirs. */
export function readPiece(told: EventsPiece): StoreEventTotalled[] {
  return read.listOf(JSON.parse(told), toTotalled);
}

// The views of a channel are those of `effectiveViews`: the latest measured, else the expected.
const EVENTS_OF_STORES = `
SELECT "storeId", json_agg(event)::text AS told FROM (
  SELECT e.store_id::text AS "storeId", (row_number() OVER (PARTITION BY e.store_id) - 1) / ${EVENTS_PER_PIECE} AS piece,
    json_build_array(${storeEvent()},
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
    `SELECT store_id::text AS "storeId", count(*)::int AS events FROM events
     WHERE store_id = ANY ($1::uuid[]) AND ($2::uuid[] IS NULL OR store_id = ANY ($2::uuid[])) GROUP BY store_id`,
    stores,
    readable,
  );
}
