import { z } from 'zod';
import type { EventId, Instant, StoreId } from '../domain/values';
import { changeDate } from './change-date';
import type { Sql } from './database';
import { column } from './rows';
import { lockInOrder, ofEachShard } from './shards';
import { OWNED, ownedBy, ownedColumns, toStoreEvents, unsettleEvents } from './store-events';
import { timestamp } from './parameters';

/** Events to which no registration can be added any more, and since when. */
export type SealedEvents = ReadonlyMap<EventId, Instant>;

const sealedRow = z.object({ eventId: column.eventId, sealedAt: column.instant });

/**
 * Locks the events in the order of their ids, so that two transactions over the same events wait in line, whatever
 * topic each comes from. An event that nothing was known of yet gets its row here: there must be one to lock.
 *
 * @returns those of them that are sealed, and stay so until the transaction ends; so do the others
 */
export async function lockEvents(
  sql: Sql,
  events: Iterable<EventId>,
  committedAt: Instant,
): Promise<SealedEvents> {
  const sealed = await lockInOrder(sql, 'events', events, (ids) =>
    sql.query(sealedRow, LOCK_EVENTS, ids, timestamp(committedAt)),
  );
  return new Map(sealed.map(({ eventId, sealedAt }) => [eventId, sealedAt]));
}

const LOCK_EVENTS = `
WITH locked AS (
  INSERT INTO event_counts (event_id, changed_at)
  SELECT event_id, $2::timestamptz FROM unnest($1::uuid[]) AS t(event_id) ORDER BY event_id
  ON CONFLICT (event_id) DO UPDATE SET event_id = excluded.event_id
  RETURNING event_id, sealed_at
)
SELECT event_id::text AS "eventId", sealed_at AS "sealedAt" FROM locked WHERE sealed_at IS NOT NULL`;

const eventRow = z.object({ eventId: column.eventId });

/** Locks those of the events that no other transaction has locked. @returns their ids */
export async function lockFreeEvents(sql: Sql, events: readonly EventId[]): Promise<EventId[]> {
  const rows = await ofEachShard(sql, events, (ids) => sql.query(eventRow, LOCK_FREE, ids));
  return rows.map(({ eventId }) => eventId);
}

const LOCK_FREE = `
SELECT event_id::text AS "eventId" FROM event_counts WHERE event_id = ANY ($1::uuid[])
ORDER BY event_id FOR UPDATE SKIP LOCKED`;

const ownedRow = z.object(ownedColumns);

/**
 * Counts one change of each event, dates it, and marks the events as not settled.
 *
 * @returns the stores of the events that are defined
 */
export async function countChange(
  sql: Sql,
  events: ReadonlySet<EventId>,
  committedAt: Instant,
): Promise<StoreId[]> {
  if (events.size === 0) return [];
  const [row] = await sql.query(ownedRow, COUNT_CHANGE, [...events], timestamp(committedAt));
  const owned = row === undefined ? [] : toStoreEvents(row);
  await unsettleEvents(sql, owned, committedAt);
  return [...new Set(owned.map(({ storeId }) => storeId))];
}

const COUNT_CHANGE = `
WITH touched AS (
  UPDATE event_counts SET version = version + 1, changed_at = ${changeDate('$2')}
  WHERE event_id = ANY ($1::uuid[]) RETURNING event_id
),
${ownedBy('touched', '$1')}
SELECT ${OWNED}`;
