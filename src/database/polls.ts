import { z } from 'zod';
import type { ChannelName, EventId, Instant } from '../domain/values';
import { latestBelievable } from '../runtime/clock';
import type { Sql } from './database';
import { ofEachShard } from './shards';
import { column } from './rows';
import { timestamp } from './parameters';

/** When an event is due to be asked about over a channel. */
export interface Poll {
  readonly eventId: EventId;
  readonly dueAt: Instant;
  /** Null when it was never asked about. */
  readonly askedAt: Instant | null;
}

const pollRow = z.object({
  eventId: column.eventId,
  dueAt: column.instant,
  askedAt: column.instant.nullable(),
}) satisfies z.ZodType<Poll>;

/**
 * Makes every channel that these events are distributed over with success due from their start on. The poller decides
 * whether to ask: a row that is due too early, too often or for nothing costs it one decision.
 */
export async function enrolForPolling(sql: Sql, events: ReadonlySet<EventId>): Promise<void> {
  if (events.size === 0) return;
  await sql.execute(ENROL, [...events]);
}

const ENROL = `
INSERT INTO channel_polls (event_id, channel, due_at)
SELECT c.event_id, c.channel, e.start_at
FROM event_channels AS c JOIN events AS e USING (event_id)
WHERE c.event_id = ANY ($1::uuid[]) AND c.status = 'SUCCESS'
ORDER BY c.event_id, c.channel
ON CONFLICT (event_id, channel) DO UPDATE SET due_at = least(channel_polls.due_at, excluded.due_at)`;

/** A channel of an event. */
export interface PolledChannel {
  readonly eventId: EventId;
  readonly channel: ChannelName;
}

/** Makes polls as they were before the first time: what was answered so far was about something else. */
export async function forgetAsked(sql: Sql, channels: readonly PolledChannel[]): Promise<void> {
  if (channels.length === 0) return;
  await sql.execute(
    `UPDATE channel_polls AS p SET asked_at = NULL
     FROM unnest($1::uuid[], $2::text[]) AS t(event_id, channel)
     WHERE p.event_id = t.event_id AND p.channel = t.channel`,
    channels.map(({ eventId }) => eventId),
    channels.map(({ channel }) => channel),
  );
}

/** Locks what is due of a channel, the longest due first. Skips rows that another process is claiming at this moment. */
export function lockDuePolls(sql: Sql, channel: ChannelName, now: Instant, limit: number): Promise<Poll[]> {
  return lockPolls(sql, limit, 'channel = $1 AND due_at <= $2::timestamptz', channel, timestamp(now));
}

/**
 * Locks in the same way what is due of a channel before a moment that lies ahead, as far as it was asked about before: what never
 * was waits for its event's start.
 */
export function lockPollsDueBefore(
  sql: Sql,
  channel: ChannelName,
  { now, soon }: { readonly now: Instant; readonly soon: Instant },
  limit: number,
): Promise<Poll[]> {
  return lockPolls(
    sql,
    limit,
    'channel = $1 AND due_at > $2::timestamptz AND due_at <= $3::timestamptz AND asked_at <= $2::timestamptz',
    channel,
    timestamp(now),
    timestamp(soon),
  );
}

/** Rows are locked within a shard only: where there are several, what was found is looked at once more as it is locked. */
async function lockPolls(
  sql: Sql,
  limit: number,
  condition: string,
  ...values: readonly string[]
): Promise<Poll[]> {
  const firstDue = `${POLLS} WHERE ${condition} ORDER BY due_at LIMIT $${values.length + 1}::int`;
  if (!sql.isDistributed) return sql.query(pollRow, `${firstDue} FOR UPDATE SKIP LOCKED`, ...values, limit);
  const found = await sql.query(pollRow, firstDue, ...values, limit);
  const each = `${POLLS} WHERE ${condition} AND event_id = ANY ($${values.length + 1}::uuid[]) FOR UPDATE SKIP LOCKED`;
  const ids = found.map(({ eventId }) => eventId);
  const locked = await ofEachShard(sql, ids, (inShard) => sql.query(pollRow, each, ...values, inShard));
  return locked.sort((one, other) => one.dueAt - other.dueAt);
}

const POLLS =
  'SELECT event_id::text AS "eventId", due_at AS "dueAt", asked_at AS "askedAt" FROM channel_polls';

const distributedRow = z.object({
  eventId: column.eventId,
  startAt: column.instant,
  endAt: column.instant,
  externalId: z.string().nullable(),
});

export type DistributedEvent = z.output<typeof distributedRow>;

/**
 * Those of the events that are distributed over the channel with success. Read by a statement of its own once their
 * polls are locked: it sees every distribution that was committed before, and one that is committed later waits for the
 * lock, and then enrols what was removed in between.
 */
export function readDistributedEvents(
  sql: Sql,
  channel: ChannelName,
  events: readonly EventId[],
): Promise<DistributedEvent[]> {
  return sql.query(
    distributedRow,
    `SELECT e.event_id::text AS "eventId", e.start_at AS "startAt", e.end_at AS "endAt",
            c.external_id AS "externalId"
     FROM events AS e JOIN event_channels AS c USING (event_id)
     WHERE e.event_id = ANY ($1::uuid[]) AND c.channel = $2 AND c.status = 'SUCCESS'`,
    events,
    channel,
  );
}

export async function reschedulePolls(sql: Sql, channel: ChannelName, polls: readonly Poll[]): Promise<void> {
  if (polls.length === 0) return;
  await sql.execute(
    `UPDATE channel_polls AS p SET due_at = t.due_at, asked_at = t.asked_at
     FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS t(event_id, due_at, asked_at)
     WHERE p.event_id = t.event_id AND p.channel = $1`,
    channel,
    polls.map(({ eventId }) => eventId),
    polls.map(({ dueAt }) => timestamp(dueAt)),
    polls.map(({ askedAt }) => askedAt && timestamp(askedAt)),
  );
}

export async function removePolls(sql: Sql, channel: ChannelName, events: readonly EventId[]): Promise<void> {
  if (events.length === 0) return;
  await sql.execute(
    'DELETE FROM channel_polls WHERE channel = $1 AND event_id = ANY ($2::uuid[])',
    channel,
    events,
  );
}

/** A poll that was claimed and got no answer, as it is to be from now on. */
export interface ReleasedPoll extends Poll {
  /** Which claim is undone. */
  readonly claimedAt: Instant;
}

/** Undoes claims, except those that have been claimed again since. */
export async function releasePolls(
  sql: Sql,
  channel: ChannelName,
  polls: readonly ReleasedPoll[],
): Promise<void> {
  if (polls.length === 0) return;
  await sql.execute(
    `UPDATE channel_polls AS p SET due_at = t.due_at, asked_at = t.asked_at
     FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
       AS t(event_id, claimed_at, due_at, asked_at)
     WHERE p.event_id = t.event_id AND p.channel = $1 AND p.asked_at = t.claimed_at`,
    channel,
    polls.map(({ eventId }) => eventId),
    polls.map(({ claimedAt }) => timestamp(claimedAt)),
    polls.map(({ dueAt }) => timestamp(dueAt)),
    polls.map(({ askedAt }) => askedAt && timestamp(askedAt)),
  );
}

/**
 * Makes due what a wrong clock has put off. By a right one nothing is due later than at its event's start or after the
 * longest pause from now on (workers/polling/schedule.ts), and nothing was asked in the future. Rows that are being
 * claimed are skipped, or waited for where there are several shards.
 *
 * @param intervalMs how often each event is asked about while it runs
 * @param leadMs how long before it is due a question may have been asked
 * @returns how many were due too late
 */
export function repairDueTimes(
  sql: Sql,
  channel: ChannelName,
  { intervalMs, leadMs }: { readonly intervalMs: number; readonly leadMs: number },
  now: Instant,
): Promise<number> {
  return sql.execute(
    putOffDue(sql.isDistributed ? '' : 'FOR UPDATE OF p SKIP LOCKED'),
    channel,
    timestamp(now),
    intervalMs,
    timestamp(latestBelievable(now)),
    // An event that is over waits as long as it was over when it was asked, or would have been: twice the lead further.
    latestBelievable(now) - now + 2 * leadMs,
  );
}

/** Dates are subtracted: to add an interval to one depends on the session's zone, which Citus refuses where a row is changed. */
const putOffDue = (locking: string): string => `
WITH put_off AS (
  SELECT p.event_id FROM channel_polls AS p JOIN events AS e USING (event_id)
  WHERE p.channel = $1 AND (
    p.asked_at > $4::timestamptz
    OR p.due_at - e.start_at > $5::float8 * interval '1 millisecond'
      AND p.due_at - $2::timestamptz > ($3::float8 + $5::float8) * interval '1 millisecond'
      AND p.due_at - $2::timestamptz
        > $5::float8 * interval '1 millisecond' + least($2::timestamptz - e.end_at, interval '1 day')
  )
  ${locking}
)
UPDATE channel_polls AS p
SET due_at = $2::timestamptz, asked_at = CASE WHEN p.asked_at <= $4::timestamptz THEN p.asked_at END
FROM put_off WHERE p.event_id = put_off.event_id AND p.channel = $1`;
