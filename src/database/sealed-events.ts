import { z } from 'zod';
import type { EventId, Instant, ParticipantId } from '../domain/values';
import { RETENTION_LOCK } from './advisory-locks';
import type { Sql } from './database';
import { timestamp } from './parameters';
import { column } from './rows';

const lockRow = z.object({ locked: z.boolean() });

/** Does not wait. The lock ends with the transaction. @returns whether no other transaction has the lock */
export async function tryLockRetention(sql: Sql): Promise<boolean> {
  const [row] = await sql.query(
    lockRow,
    'SELECT pg_try_advisory_xact_lock($1::bigint) AS locked',
    RETENTION_LOCK,
  );
  return row?.locked === true;
}

/** An event that is not sealed, as it was found: whatever changes it counts one version on. */
export interface EndedEvent {
  readonly eventId: EventId;
  readonly version: bigint;
}

const endedRow = z.object({ eventId: column.eventId, version: z.bigint() });

/** @returns up to `limit` events that ended before an instant and are not sealed, in the order of their ids, from behind this one on */
export function endedEventsAfter(
  sql: Pick<Sql, 'query'>,
  last: EventId | null,
  endedBefore: Instant,
  limit: number,
): Promise<EndedEvent[]> {
  const page = (behind: string): string =>
    `SELECT e.event_id::text AS "eventId", c.version
     FROM events AS e JOIN event_counts AS c ON c.event_id = e.event_id
     WHERE e.end_at < $2::timestamptz AND c.sealed_at IS NULL ${behind} ORDER BY e.event_id LIMIT $1::int`;
  const before = timestamp(endedBefore);
  return last === null
    ? sql.query(endedRow, page(''), limit, before)
    : sql.query(endedRow, page('AND e.event_id > $3::uuid'), limit, before, last);
}

const sumsRow = z.object({ eventId: column.eventId, sums: z.string() });

/**
 * Seals those of the events, which are locked, that are as they were found, and keeps a digest of all that counts their
 * registrations.
 *
 * @returns how many were sealed
 */
export async function sealEvents(
  sql: Sql,
  events: readonly EndedEvent[],
  sealedAt: Instant,
): Promise<number> {
  if (events.length === 0) return 0;
  const found = await sql.query(
    sumsRow,
    SUMS,
    events.map(({ eventId }) => eventId),
  );
  const sums = new Map(found.map((row) => [row.eventId, row.sums]));
  return sql.execute(
    SEAL,
    events.map(({ eventId }) => eventId),
    events.map(({ version }) => version.toString()),
    events.map(({ eventId }) => sums.get(eventId) ?? null),
    timestamp(sealedAt),
  );
}

/** Of a channel that nobody came by there may be a row or none: measurements and distributions go on. */
const SUMS = `
SELECT c.event_id::text AS "eventId",
  md5(concat_ws(' ', c.participants, c.new_customers, channels.counts, hours.counts, traits.counts)) AS sums
FROM event_counts AS c
LEFT JOIN (
  SELECT event_id, string_agg(channel || '=' || participants, ',' ORDER BY channel COLLATE "C") AS counts
  FROM event_channels WHERE event_id = ANY ($1::uuid[]) AND participants > 0 GROUP BY event_id
) AS channels ON channels.event_id = c.event_id
LEFT JOIN (
  SELECT event_id, string_agg(date_part('epoch', hour)::bigint || '=' || participants, ',' ORDER BY hour) AS counts
  FROM event_hours WHERE event_id = ANY ($1::uuid[]) GROUP BY event_id
) AS hours ON hours.event_id = c.event_id
LEFT JOIN (
  SELECT event_id,
    string_agg(dimension || '=' || bucket || '=' || participants, ',' ORDER BY dimension, bucket COLLATE "C") AS counts
  FROM event_profiles WHERE event_id = ANY ($1::uuid[]) GROUP BY event_id
) AS traits ON traits.event_id = c.event_id
WHERE c.event_id = ANY ($1::uuid[])`;

const SEAL = `
UPDATE event_counts AS c SET sealed_at = $4::timestamptz, sealed_sums = t.sums
FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS t(event_id, version, sums)
WHERE c.event_id = ANY ($1::uuid[]) AND c.event_id = t.event_id AND c.version = t.version AND c.sealed_at IS NULL`;

const eventRow = z.object({ eventId: column.eventId });

/** Those of the events that are sealed. */
export async function findSealedEvents(
  sql: Pick<Sql, 'query'>,
  events: readonly EventId[],
): Promise<ReadonlySet<EventId>> {
  if (events.length === 0) return new Set();
  const rows = await sql.query(
    eventRow,
    `SELECT event_id::text AS "eventId" FROM event_counts WHERE event_id = ANY ($1::uuid[]) AND sealed_at IS NOT NULL`,
    events,
  );
  return new Set(rows.map(({ eventId }) => eventId));
}

/** @returns up to `limit` sealed events of which rows may be there, those that were sealed first ahead */
export async function eventsThatLeave(sql: Pick<Sql, 'query'>, limit: number): Promise<EventId[]> {
  const rows = await sql.query(
    eventRow,
    `SELECT event_id::text AS "eventId" FROM event_counts WHERE sealed_at IS NOT NULL AND emptied_at IS NULL
     ORDER BY sealed_at, event_id LIMIT $1::int`,
    limit,
  );
  return rows.map(({ eventId }) => eventId);
}

const participantRow = z.object({ participantId: z.string().transform((id) => id as ParticipantId) });

/** Where the first piece of an event's rows begins. */
export const FIRST_PARTICIPANT = '00000000-0000-0000-0000-000000000000' as ParticipantId;

/**
 * Deletes the next rows of a sealed event, in the order of their key: a piece that began anew at the first would go over all that was
 * deleted before it.
 *
 * @returns where the next piece begins; undefined when this was the last
 */
export async function deleteParticipants(
  sql: Sql,
  eventId: EventId,
  from: ParticipantId,
  limit: number,
): Promise<ParticipantId | undefined> {
  const [last] = await sql.query(
    participantRow,
    `SELECT participant_id::text AS "participantId" FROM participants
     WHERE event_id = $1::uuid AND participant_id >= $2::uuid ORDER BY participant_id OFFSET $3::int LIMIT 1`,
    eventId,
    from,
    limit - 1,
  );
  const rest = 'DELETE FROM participants WHERE event_id = $1::uuid AND participant_id >= $2::uuid';
  if (last === undefined) await sql.execute(rest, eventId, from);
  else await sql.execute(`${rest} AND participant_id <= $3::uuid`, eventId, from, last.participantId);
  return last?.participantId;
}

/** Notes that the rows of a sealed event have left. @returns whether they have */
export async function markEmptied(sql: Sql, eventId: EventId, emptiedAt: Instant): Promise<boolean> {
  const marked = await sql.execute(
    `UPDATE event_counts SET emptied_at = $2::timestamptz WHERE event_id = $1::uuid AND sealed_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM participants WHERE event_id = $1::uuid)`,
    eventId,
    timestamp(emptiedAt),
  );
  return marked === 1;
}

const countRow = z.object({ sealed: z.bigint(), leaving: z.bigint(), registrations: z.bigint() });

/** How far the service is with what is to leave. */
export interface SealedCounts {
  /** All sealed events. */
  readonly sealed: number;
  /** Those of them of which rows may be there. */
  readonly leaving: number;
  /** How many registrations these have counted: so many rows are there at most. */
  readonly registrations: number;
}

export async function countSealed(sql: Pick<Sql, 'query'>): Promise<SealedCounts> {
  const [row] = await sql.query(
    countRow,
    `SELECT count(*) AS sealed, count(*) FILTER (WHERE emptied_at IS NULL) AS leaving,
       coalesce(sum(participants) FILTER (WHERE emptied_at IS NULL), 0)::bigint AS registrations
     FROM event_counts WHERE sealed_at IS NOT NULL`,
  );
  const { sealed, leaving, registrations } = row!;
  return { sealed: Number(sealed), leaving: Number(leaving), registrations: Number(registrations) };
}
