import { z } from 'zod';
import type { EventId, StoreId } from '../domain/values';
import type { Sql } from './database';
import { column } from './rows';
import { GOES_ON } from './shards';

const sizesRow = z.object({
  eventId: column.eventId,
  storeId: column.storeId,
  startAt: column.instant,
  endAt: column.instant,
  firstHour: column.instant.nullable(),
  lastHour: column.instant.nullable(),
  hours: z.number(),
  channels: z.number(),
  /** Events of its store: those that are settled count for a fraction. */
  storeEvents: z.number(),
});

/** How much there is of an event, for judging what reading it will cost. */
export type EventSizes = z.infer<typeof sizesRow>;

/**
 * @param stores only events of these are looked at; null for any store's
 * @returns the events of these ids that are known, in any order
 */
export function sizesOf(
  sql: Sql,
  ids: readonly EventId[],
  stores: readonly StoreId[] | null,
): Promise<EventSizes[]> {
  return sql.isDistributed ? sizesInShards(sql, ids, stores) : sql.query(sizesRow, SIZES, ids, stores);
}

const storeSizeRow = z.object({ storeId: column.storeId, storeEvents: z.number() });

async function sizesInShards(
  sql: Pick<Sql, 'query'>,
  ids: readonly EventId[],
  stores: readonly StoreId[] | null,
): Promise<EventSizes[]> {
  const events = await sql.query(sizesRow.omit({ storeEvents: true }), SIZES_BY_EVENT, ids, stores);
  if (events.length === 0) return [];
  const ofStores = await sql.query(storeSizeRow, SIZES_BY_STORE, [
    ...new Set(events.map(({ storeId }) => storeId)),
  ]);
  const storeEvents = new Map(ofStores.map(({ storeId, storeEvents: size }) => [storeId, size]));
  return events.map((event) => ({ ...event, storeEvents: storeEvents.get(event.storeId) ?? 0 }));
}

/** So many settled events are looked through while one that is not is computed. */
const SETTLED_FOR_ONE = 50;

/** Of `store_events`: an event that is settled counts for a fraction. */
const STORE_SIZE = `(count(*) FILTER (WHERE NOT settled) + count(*) / ${SETTLED_FOR_ONE})::int`;

// Of each store, events are counted once; of each event, its hours, which needs no more than their index.
const SIZES = `
WITH asked AS MATERIALIZED (
  SELECT event_id, store_id, start_at, end_at FROM events
  WHERE event_id = ANY ($1::uuid[]) AND ($2::uuid[] IS NULL OR store_id = ANY ($2::uuid[]))
), stores AS (
  SELECT store_id, ${STORE_SIZE} AS events FROM store_events
  WHERE store_id IN (SELECT store_id FROM asked) GROUP BY store_id
)
SELECT a.event_id::text AS "eventId", a.store_id::text AS "storeId", a.start_at AS "startAt", a.end_at AS "endAt",
       h.first AS "firstHour", h.last AS "lastHour", h.hours,
       (SELECT count(*)::int FROM event_channels AS c WHERE c.event_id = a.event_id) AS channels,
       s.events AS "storeEvents"
FROM asked AS a JOIN stores AS s USING (store_id)
CROSS JOIN LATERAL (
  SELECT min(hour) AS first, max(hour) AS last, count(*)::int AS hours FROM event_hours WHERE event_id = a.event_id
) AS h`;

const SIZES_BY_EVENT = `
SELECT e.event_id::text AS "eventId", e.store_id::text AS "storeId", e.start_at AS "startAt", e.end_at AS "endAt",
  (SELECT min(h.hour) FROM event_hours AS h WHERE h.event_id = e.event_id AND h.event_id = ANY ($1::uuid[])) AS "firstHour",
  (SELECT max(h.hour) FROM event_hours AS h WHERE h.event_id = e.event_id AND h.event_id = ANY ($1::uuid[])) AS "lastHour",
  (SELECT count(*)::int FROM event_hours AS h WHERE h.event_id = e.event_id AND h.event_id = ANY ($1::uuid[])) AS hours,
  (SELECT count(*)::int FROM event_channels AS c WHERE c.event_id = e.event_id AND c.event_id = ANY ($1::uuid[])) AS channels
FROM events AS e
WHERE e.event_id = ANY ($1::uuid[]) AND ($2::uuid[] IS NULL OR e.store_id = ANY ($2::uuid[]))`;

const SIZES_BY_STORE = `${GOES_ON}
SELECT w.store_id::text AS "storeId", ${STORE_SIZE} AS "storeEvents" FROM store_events AS w
WHERE w.store_id = ANY ($1::uuid[]) GROUP BY w.store_id`;
