import type { EventId, Instant, StoreId } from '../domain/values';
import type { Sql } from './database';
import { timestamp } from './parameters';

/**
 * SQL of two parts of a WITH: marks the selected events as not settled, so that a read computes their figures until they
 * are settled anew. Rows are locked in the order of their events, as in all projections, so that a store's sales and its
 * events' registrations never wait for each other in a circle.
 *
 * @param selected selects `w.store_id, w.event_id` from `store_events AS w`, and has a WHERE
 */
export const markingUnsettled = (selected: string): string => `
locked AS (${selected} AND w.settled ORDER BY w.event_id FOR UPDATE OF w),
unsettled AS (
  UPDATE store_events AS w SET settled = false FROM locked WHERE w.store_id = locked.store_id AND w.event_id = locked.event_id
)`;

/**
 * The same for the events that a part of the WITH has changed. Adds a part `owned`: those of them that are defined, with
 * their stores.
 *
 * @param changed the name of a part that returns `event_id`
 */
export const markingEventsUnsettled = (changed: string): string => `
owned AS (SELECT store_id, event_id FROM ${changed} JOIN events USING (event_id)),
${markingUnsettled(
  'SELECT w.store_id, w.event_id FROM store_events AS w JOIN owned USING (store_id, event_id) WHERE true',
)}`;

/** An event of a store. */
export interface StoreEventKey {
  readonly storeId: StoreId;
  readonly eventId: EventId;
}

/** Removes the events from those of their stores. */
export async function removeStoreEvents(sql: Sql, events: readonly StoreEventKey[]): Promise<void> {
  if (events.length === 0) return;
  await sql.execute(
    REMOVE,
    events.map(({ storeId }) => storeId),
    events.map(({ eventId }) => eventId),
  );
}

const REMOVE = `
WITH locked AS (
  SELECT w.store_id, w.event_id
  FROM store_events AS w JOIN unnest($1::uuid[], $2::uuid[]) AS was(store_id, event_id) USING (store_id, event_id)
  ORDER BY w.event_id FOR UPDATE OF w
)
DELETE FROM store_events AS w USING locked WHERE w.store_id = locked.store_id AND w.event_id = locked.event_id`;

/** Adds events to those of their stores, not settled. */
export async function addStoreEvents(
  sql: Sql,
  events: readonly (StoreEventKey & { readonly startAt: Instant })[],
): Promise<void> {
  if (events.length === 0) return;
  await sql.execute(
    ADD,
    events.map(({ storeId }) => storeId),
    events.map(({ eventId }) => eventId),
    events.map(({ startAt }) => timestamp(startAt)),
  );
}

const ADD = `
INSERT INTO store_events (store_id, event_id, start_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS t(store_id, event_id, start_at) ORDER BY event_id`;
