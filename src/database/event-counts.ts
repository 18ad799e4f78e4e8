import { z } from 'zod';
import type { EventId, Instant, StoreId } from '../domain/values';
import { changeDate } from './change-date';
import type { Sql } from './database';
import { column } from './rows';
import { lockInOrder, ofEachShard } from './shards';
import { OWNED, ownedBy, ownedColumns, toStoreEvents, unsettleEvents } from './store-events';
import { timestamp } from './parameters';

/** What is known of events from the moment on in which they are locked. */
export interface LockedEvents {
  /** Those to which no registration can be added any more, and since when. */
  readonly sealed: ReadonlyMap<EventId, Instant>;
  /** The months in whose tables their registrations lie; an event that is not named here has no month (0). */
  readonly months: ReadonlyMap<EventId, number>;
}

const lockedRow = z.object({
  eventId: column.eventId,
  month: z.number(),
  sealedAt: column.instant.nullable(),
});

/**
 * Locks the events in the order of their ids, so that two transactions over the same events wait in line, whatever
 * topic each comes from. An event that nothing was known of yet gets its row here: there must be one to lock.
 *
 * @returns what stays so until the transaction ends
 */
export async function lockEvents(
  sql: Sql,
  events: Iterable<EventId>,
  committedAt: Instant,
): Promise<LockedEvents> {
  const statement = sql.isDistributed ? LOCK_DISTRIBUTED : LOCK_EVENTS;
  const rows = await lockInOrder(sql, 'events', events, (ids) =>
    sql.query(lockedRow, statement, ids, timestamp(committedAt)),
  );
  const sealed = rows.flatMap(({ eventId, sealedAt }) =>
    sealedAt === null ? [] : [[eventId, sealedAt] as const],
  );
  return {
    sealed: new Map(sealed),
    months: new Map(rows.map(({ eventId, month }) => [eventId, month])),
  };
}

/** The last month that has begun, of those that have a table. Over several nodes there is none (months/). */
const THIS_MONTH =
  '(SELECT coalesce(max(month), 0) FROM registration_months WHERE begins_at <= $2::timestamptz)';

const locking = (month: string): string => `
WITH locked AS (
  INSERT INTO event_counts (event_id, changed_at, month)
  SELECT event_id, $2::timestamptz, ${month} FROM unnest($1::uuid[]) AS t(event_id) ORDER BY event_id
  ON CONFLICT (event_id) DO UPDATE SET event_id = excluded.event_id
  RETURNING event_id, month, sealed_at
)
SELECT event_id::text AS "eventId", month, sealed_at AS "sealedAt" FROM locked WHERE sealed_at IS NOT NULL OR month > 0`;

const LOCK_EVENTS = locking(THIS_MONTH);
const LOCK_DISTRIBUTED = locking('0');

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
