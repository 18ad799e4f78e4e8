import { z } from 'zod';
import type { EventId, StoreId } from '../domain/values';
import type { Sql } from './database';
import { column } from './rows';

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
  return sql.query(sizesRow, SIZES, ids, stores);
}

/** So many settled events are looked through while one that is not is computed. */
const SETTLED_FOR_ONE = 50;

// Of each store, events are counted once; of each event, its hours, which needs no more than their index.
const SIZES = `
WITH asked AS MATERIALIZED (
  SELECT event_id, store_id, start_at, end_at FROM events
  WHERE event_id = ANY ($1::uuid[]) AND ($2::uuid[] IS NULL OR store_id = ANY ($2::uuid[]))
), stores AS (
  SELECT store_id, (count(*) FILTER (WHERE NOT settled) + count(*) / ${SETTLED_FOR_ONE})::int AS events FROM store_events
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
