import type { Sql } from '../../database/database';
import type { EventId, StoreId } from '../../domain/values';
import type { EventCreated } from '../messages/event-created';
import { timestamp } from './projection';

/**
 * SQL of two parts of a WITH: marks the selected events as not settled, so that a read computes their figures until they
 * are settled anew. Rows are locked in the order of their events, as in all projections, so that a store's sales and its
 * events' registrations never wait for each other in a circle.
 *
 * @param selected selects `w.store_id, w.event_id` from `store_events AS w`, and has a WHERE
 */
export const takingBack = (selected: string): string => `
held AS (${selected} AND w.settled ORDER BY w.event_id FOR UPDATE OF w),
taken_back AS (
  UPDATE store_events AS w SET settled = false FROM held WHERE w.store_id = held.store_id AND w.event_id = held.event_id
)`;

/**
 * The same for all that a part of the WITH has changed; `owned` is these events with their stores, as far as they are known.
 *
 * @param changed the name of a part that returns `event_id`
 */
export const takingBackAll = (changed: string): string => `
owned AS (SELECT store_id, event_id FROM ${changed} JOIN events USING (event_id)),
${takingBack(
  'SELECT w.store_id, w.event_id FROM store_events AS w JOIN owned USING (store_id, event_id) WHERE true',
)}`;

/** An event, and the store that it belongs to, or belonged to. */
export interface Belonging {
  readonly eventId: EventId;
  readonly storeId: StoreId;
}

/**
 * Puts the events among those of their stores, none of them settled.
 *
 * @param before where they belonged so far, those that were known
 */
export async function placeInStores(
  sql: Sql,
  events: readonly EventCreated[],
  before: readonly Belonging[],
): Promise<void> {
  if (events.length === 0) return;
  if (before.length > 0)
    await sql.execute(
      LEAVE,
      before.map(({ storeId }) => storeId),
      before.map(({ eventId }) => eventId),
    );
  await sql.execute(
    PLACE,
    events.map(({ storeId }) => storeId),
    events.map(({ eventId }) => eventId),
    events.map(({ startAt }) => timestamp(startAt)),
  );
}

const LEAVE = `
WITH held AS (
  SELECT w.store_id, w.event_id
  FROM store_events AS w JOIN unnest($1::uuid[], $2::uuid[]) AS was(store_id, event_id) USING (store_id, event_id)
  ORDER BY w.event_id FOR UPDATE OF w
)
DELETE FROM store_events AS w USING held WHERE w.store_id = held.store_id AND w.event_id = held.event_id`;

const PLACE = `
INSERT INTO store_events (store_id, event_id, start_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS t(store_id, event_id, start_at) ORDER BY event_id`;
