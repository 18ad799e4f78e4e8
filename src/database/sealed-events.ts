import { z } from 'zod';
import type { EventId, Instant } from '../domain/values';
import type { Sql } from './database';
import { timestamp } from './parameters';
import { column } from './rows';
import type { DueStores } from './sealed-days';

/** An event that ended and is not sealed, as it was found: whatever changes it counts one version on. */
export interface EndedEvent {
  readonly eventId: EventId;
  readonly version: bigint;
  /** How many rows it has. */
  readonly participants: number;
  /** What was noticed of it; it is as it was then while `present` is the same. */
  readonly noticed: string;
  readonly present: string;
}

const eventRow = z.object({ eventId: column.eventId });

/**
 * Those that no worker has noticed yet, whether they have ended or not: an index holds no others, however many were sealed.
 *
 * @returns up to `limit`, in the order of their ids, from behind this one on
 */
export async function eventsToLookAt(
  sql: Pick<Sql, 'query'>,
  last: EventId | null,
  limit: number,
): Promise<EventId[]> {
  const page = (behind: string): string =>
    `SELECT event_id::text AS "eventId" FROM event_counts WHERE sealed_at IS NULL AND seal_noticed_at IS NULL ${behind}
     ORDER BY event_id LIMIT $1::int`;
  const rows = await (last === null
    ? sql.query(eventRow, page(''), limit)
    : sql.query(eventRow, page('AND event_id > $2::uuid'), limit, last));
  return rows.map(({ eventId }) => eventId);
}

/** Those of the events that ended before an instant. */
export async function findEnded(
  sql: Pick<Sql, 'query'>,
  events: readonly EventId[],
  endedBefore: Instant,
): Promise<EventId[]> {
  const rows = await sql.query(
    eventRow,
    `SELECT event_id::text AS "eventId" FROM events
     WHERE event_id = ANY ($1::uuid[]) AND end_at < $2::timestamptz ORDER BY events.event_id`,
    events,
    timestamp(endedBefore),
  );
  return rows.map(({ eventId }) => eventId);
}

/** @returns up to `limit` events that were noticed, and of which it is known now that they end later, in the order of their ids */
export async function eventsNotDue(
  sql: Pick<Sql, 'query'>,
  endedBefore: Instant,
  limit: number,
): Promise<EventId[]> {
  const rows = await sql.query(
    eventRow,
    `SELECT e.event_id::text AS "eventId" FROM events AS e JOIN event_counts AS c ON c.event_id = e.event_id
     WHERE e.end_at >= $2::timestamptz AND c.sealed_at IS NULL AND c.seal_noticed_at IS NOT NULL
     ORDER BY e.event_id LIMIT $1::int`,
    limit,
    timestamp(endedBefore),
  );
  return rows.map(({ eventId }) => eventId);
}

/** Takes back that these events, which are locked, were noticed. */
export async function forgetNotices(sql: Pick<Sql, 'execute'>, events: readonly EventId[]): Promise<void> {
  await sql.execute(
    `UPDATE event_counts SET seal_noticed_at = NULL, seal_noticed = NULL, seal_refused_at = NULL
     WHERE event_id = ANY ($1::uuid[]) AND sealed_at IS NULL`,
    events,
  );
}

/** Which events are to be sealed: of those that ended by `endedBefore`. */
export interface DueEvents extends DueStores {
  readonly endedBefore: Instant;
}

const endedRow = z.object({
  eventId: column.eventId,
  version: z.bigint(),
  participants: column.count,
  noticed: z.string(),
});

/** @returns up to `limit` of them, in the order of their ids, from behind this one on */
export async function dueEventsAfter(
  sql: Pick<Sql, 'query'>,
  last: EventId | null,
  { endedBefore, noticedBefore, refusedBefore }: DueEvents,
  limit: number,
): Promise<EndedEvent[]> {
  const page = (behind: string): string =>
    `SELECT e.event_id::text AS "eventId", c.version, c.participants, c.seal_noticed AS noticed
     FROM events AS e JOIN event_counts AS c ON c.event_id = e.event_id
     WHERE e.end_at < $2::timestamptz AND c.sealed_at IS NULL AND c.seal_noticed_at <= $3::timestamptz
       AND (c.seal_refused_at IS NULL OR c.seal_refused_at <= $4::timestamptz) ${behind}
     ORDER BY e.event_id LIMIT $1::int`;
  const bounds = [limit, timestamp(endedBefore), timestamp(noticedBefore), timestamp(refusedBefore)];
  const rows = await (last === null
    ? sql.query(endedRow, page(''), ...bounds)
    : sql.query(endedRow, page('AND e.event_id > $5::uuid'), ...bounds, last));
  const present = await readCounted(
    sql,
    rows.map(({ eventId }) => eventId),
  );
  return rows.map((row) => ({ ...row, present: noticeOf(present.get(row.eventId)!) }));
}

/** All that is counted of an event's registrations, in digests, and when it ends. */
interface Counted {
  readonly endAt: Instant;
  readonly sums: string;
}

const noticeOf = ({ endAt, sums }: Counted): string => `${endAt} ${sums}`;

const countedRow = z.object({ eventId: column.eventId, endAt: column.instant, sums: z.string() });

async function readCounted(
  sql: Pick<Sql, 'query'>,
  events: readonly EventId[],
): Promise<ReadonlyMap<EventId, Counted>> {
  if (events.length === 0) return new Map();
  const rows = await sql.query(countedRow, COUNTED, events);
  return new Map(rows.map(({ eventId, ...counted }) => [eventId, counted]));
}

/**
 * A digest each of how many there are, by which channel, in which hour and with which traits, so that a difference says in what it lies. Of
 * a channel that nobody came by there may be a row or none: measurements and distributions go on.
 */
const COUNTED = `
SELECT c.event_id::text AS "eventId", e.end_at AS "endAt",
  concat_ws(' ', md5(c.participants || ' ' || c.new_customers), md5(coalesce(channels.counts, '')), md5(coalesce(hours.counts, '')),
    md5(coalesce(traits.counts, ''))) AS sums
FROM event_counts AS c JOIN events AS e ON e.event_id = c.event_id
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
WHERE c.event_id = ANY ($1::uuid[]) AND e.event_id = ANY ($1::uuid[])`;

/** Notes how these events, which are locked and end, are now; what was noticed of them before counts no more. */
export async function noticeEvents(sql: Sql, events: readonly EventId[], noticedAt: Instant): Promise<void> {
  const counted = await readCounted(sql, events);
  await sql.execute(
    `UPDATE event_counts AS c SET seal_noticed_at = $3::timestamptz, seal_noticed = t.noticed, seal_refused_at = NULL
     FROM unnest($1::uuid[], $2::text[]) AS t(event_id, noticed)
     WHERE c.event_id = ANY ($1::uuid[]) AND c.event_id = t.event_id AND c.sealed_at IS NULL`,
    [...counted.keys()],
    [...counted.values()].map(noticeOf),
    timestamp(noticedAt),
  );
}

/** Notes that the counts of these events are not what their rows add up to. */
export async function refuseEvents(
  sql: Pick<Sql, 'execute'>,
  events: readonly EventId[],
  refusedAt: Instant,
): Promise<void> {
  await sql.execute(
    `UPDATE event_counts SET seal_refused_at = $2::timestamptz WHERE event_id = ANY ($1::uuid[]) AND sealed_at IS NULL`,
    events,
    timestamp(refusedAt),
  );
}

/**
 * Seals those of the events, which are locked, that are as they were found, and keeps digests of all that counts their
 * registrations.
 *
 * @returns how many were sealed
 */
export async function sealEvents(
  sql: Sql,
  events: readonly EndedEvent[],
  sealedAt: Instant,
): Promise<number> {
  const counted = await readCounted(
    sql,
    events.map(({ eventId }) => eventId),
  );
  const same = events.filter(({ eventId, noticed }) => {
    const present = counted.get(eventId);
    return present !== undefined && noticeOf(present) === noticed;
  });
  return sql.execute(
    `UPDATE event_counts AS c SET sealed_at = $4::timestamptz, sealed_sums = t.sums, seal_noticed_at = NULL, seal_noticed = NULL,
       seal_refused_at = NULL
     FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS t(event_id, version, sums)
     WHERE c.event_id = ANY ($1::uuid[]) AND c.event_id = t.event_id AND c.version = t.version AND c.sealed_at IS NULL`,
    same.map(({ eventId }) => eventId),
    same.map(({ version }) => version.toString()),
    same.map(({ eventId }) => counted.get(eventId)!.sums),
    timestamp(sealedAt),
  );
}

const sealedRow = z.object({ eventId: column.eventId, sealedAt: column.instant });

/** Those of the events that are sealed, and since when. */
export async function findSealedEvents(
  sql: Pick<Sql, 'query'>,
  events: readonly EventId[],
): Promise<ReadonlyMap<EventId, Instant>> {
  if (events.length === 0) return new Map();
  const rows = await sql.query(
    sealedRow,
    `SELECT event_id::text AS "eventId", sealed_at AS "sealedAt" FROM event_counts WHERE event_id = ANY ($1::uuid[]) AND sealed_at IS NOT NULL`,
    events,
  );
  return new Map(rows.map(({ eventId, sealedAt }) => [eventId, sealedAt]));
}

const refusedRow = z.object({ refused: z.bigint() });

/** How many events are not sealed since their counts are not what their rows add up to. */
export async function countRefusedEvents(sql: Pick<Sql, 'query'>): Promise<number> {
  const [row] = await sql.query(
    refusedRow,
    `SELECT count(seal_refused_at) AS refused FROM event_counts
     WHERE seal_noticed_at IS NOT NULL AND sealed_at IS NULL AND seal_refused_at IS NOT NULL`,
  );
  return Number(row!.refused);
}
