import { z } from 'zod';
import type { EventId, Instant, StoreId } from '../domain/values';
import type { Sql } from './database';
import { timestamp } from './parameters';
import { column } from './rows';

/*
 * The row of an event is changed by who has locked the event itself (event-counts.ts), and by no other: these rows need no
 * order of their own. Over several nodes the lock may be free before all that its holder wrote is there, where a node was
 * lost while it was to commit. So what changes a row waits for one that is not committed, rather than to pass over it.
 */

/** An event of a store. */
export interface StoreEventKey {
  readonly storeId: StoreId;
  readonly eventId: EventId;
}

/** An event of a store, and when it starts. */
export interface StoreEventStart extends StoreEventKey {
  readonly startAt: Instant;
}

/**
 * SQL of a part of a WITH, `owned`: those of the events that another part has changed that are defined, with their stores.
 *
 * @param changed the name of a part that returns `event_id`
 * @param events the parameter that holds their ids, and may hold others
 */
export const ownedBy = (changed: string, events: string): string => `
owned AS (
  SELECT e.store_id, e.event_id FROM ${changed} AS k JOIN events AS e ON e.event_id = k.event_id
  WHERE e.event_id = ANY (${events}::uuid[])
)`;

/** Of `owned`: what `toStoreEvents` reads. */
export const OWNED = `
ARRAY(SELECT store_id::text FROM owned ORDER BY event_id) AS stores, ARRAY(SELECT event_id::text FROM owned ORDER BY event_id) AS events`;

export const ownedColumns = { stores: z.array(column.storeId), events: z.array(column.eventId) };

export function toStoreEvents(row: {
  readonly stores: readonly StoreId[];
  readonly events: readonly EventId[];
}): StoreEventKey[] {
  return row.events.map((eventId, place) => ({ storeId: row.stores[place]!, eventId }));
}

/** Has each event stand among those of its store, not settled, and no longer among those of the store it had. */
export async function placeStoreEvents(
  sql: Sql,
  events: readonly StoreEventStart[],
  had: readonly StoreEventKey[],
): Promise<void> {
  const placed = new Map(events.map((event) => [event.eventId, event]));
  const left = had.filter(({ storeId, eventId }) => placed.get(eventId)?.storeId !== storeId);
  // What is to be removed is written first: a row that is not committed yet would not be seen, and stay.
  const leaving = left.map((key) => ({ ...key, startAt: placed.get(key.eventId)!.startAt }));
  await write(sql, [...events, ...leaving]);
  if (left.length > 0)
    await sql.execute(
      REMOVE,
      left.map(({ storeId }) => storeId),
      left.map(({ eventId }) => eventId),
    );
}

async function write(sql: Sql, events: readonly StoreEventStart[]): Promise<void> {
  if (events.length === 0) return;
  await sql.execute(
    WRITE,
    events.map(({ storeId }) => storeId),
    events.map(({ eventId }) => eventId),
    events.map(({ startAt }) => timestamp(startAt)),
  );
}

const WRITE = `
INSERT INTO store_events (store_id, event_id, start_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS t(store_id, event_id, start_at)
ORDER BY event_id, store_id
ON CONFLICT (store_id, event_id) DO UPDATE SET start_at = excluded.start_at, settled = false`;

const REMOVE = `
DELETE FROM store_events AS w USING unnest($1::uuid[], $2::uuid[]) AS was(store_id, event_id)
WHERE w.store_id = ANY ($1::uuid[]) AND w.store_id = was.store_id AND w.event_id = was.event_id`;

/** Marks events, which are locked, as not settled: a read computes their figures until they are settled anew. */
export async function unsettleEvents(
  sql: Sql,
  events: readonly StoreEventKey[],
  committedAt: Instant,
): Promise<void> {
  if (events.length === 0) return;
  await sql.execute(
    `${UNSETTLE} AND ${mayBeSettled(sql)}`,
    events.map(({ storeId }) => storeId),
    events.map(({ eventId }) => eventId),
    timestamp(committedAt),
  );
}

const UNSETTLE = `
UPDATE store_events AS w SET settled = false FROM unnest($1::uuid[], $2::uuid[]) AS t(store_id, event_id)
WHERE w.store_id = ANY ($1::uuid[]) AND w.store_id = t.store_id AND w.event_id = t.event_id`;

/**
 * A condition of `w` (store_events), of whose change `$3` is the time. Nine days after its start an event is settled. Over several
 * nodes one that is said to be unsettled may be about to be settled, by what a node that was lost has yet to commit.
 */
export const mayBeSettled = ({ isDistributed }: Pick<Sql, 'isDistributed'>): string =>
  isDistributed
    ? `$3::timestamptz - w.start_at > interval '8 days'`
    : '$3::timestamptz IS NOT NULL AND w.settled';
