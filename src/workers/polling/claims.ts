import { z } from 'zod';
import { latestBelievable } from '../../runtime/clock';
import type { Database, Sql } from '../../database/database';
import { column } from '../../database/rows';
import type { ChannelName, EventId, Instant } from '../../domain/values';
import type { ViewsQuestion } from '../connectors/platform';
import { timestamp } from '../../database/timestamp';
import { decidePoll } from './schedule';

/** A question that this process alone is to ask in this interval. */
export interface Claim {
  readonly question: ViewsQuestion;
  readonly claimedAt: Instant;
  /** When it is due next unless the claim is released. */
  readonly nextAt: Instant;
  /** What the claim replaced, for releasing it. */
  readonly before: { readonly dueAt: Instant; readonly askedAt: Instant | null };
}

export interface Claimed {
  readonly claims: readonly Claim[];
  /** How many due events were examined: as many as the limit when there may be more. */
  readonly examined: number;
}

/**
 * Claims what is due of a channel, the longest due first, and puts each off by its interval in the same transaction: so
 * one process asks for all, and one that dies with a claim loses no more than that. Rows that another process is claiming
 * at this moment are skipped.
 *
 * @param limit how many can be asked at the same time
 */
export function claimDue(
  database: Database,
  channel: ChannelName,
  intervalMs: number,
  now: Instant,
  limit: number,
): Promise<Claimed> {
  return database.transaction(async (sql) => {
    const due = await lockDue(sql, channel, now, limit);
    if (due.length === 0) return { claims: [], examined: 0 };
    const events = await distributedEvents(sql, channel, due);
    const claims: Claim[] = [];
    const rescheduled: Rescheduled[] = [];
    const over: EventId[] = [];
    for (const { eventId, ...before } of due) {
      const event = events.get(eventId);
      const decision = event === undefined ? OVER : decidePoll(event, before.askedAt, now, intervalMs);
      if (decision.kind === 'over') over.push(eventId);
      else if (decision.kind === 'wait')
        rescheduled.push({ eventId, dueAt: decision.until, askedAt: before.askedAt });
      else rescheduled.push({ eventId, dueAt: decision.next, askedAt: now });
      if (decision.kind === 'ask' && event !== undefined)
        claims.push({ question: { ...event, channel }, claimedAt: now, nextAt: decision.next, before });
    }
    await reschedule(sql, channel, rescheduled);
    await removePolls(sql, channel, over);
    return { claims, examined: due.length };
  });
}

/** An event that is not distributed with success any more comes back by its next distribution. */
const OVER = { kind: 'over' } as const;

const dueRow = z.object({
  eventId: column.eventId,
  dueAt: column.instant,
  askedAt: column.instant.nullable(),
});

function lockDue(sql: Sql, channel: ChannelName, now: Instant, limit: number) {
  return sql.query(
    dueRow,
    `SELECT event_id::text AS "eventId", due_at AS "dueAt", asked_at AS "askedAt"
     FROM channel_polls WHERE channel = $1 AND due_at <= $2::timestamptz
     ORDER BY due_at LIMIT $3::int FOR UPDATE SKIP LOCKED`,
    channel,
    timestamp(now),
    limit,
  );
}

const eventRow = z.object({
  eventId: column.eventId,
  startAt: column.instant,
  endAt: column.instant,
});

/**
 * Read by a statement of its own once the rows are locked: it sees every distribution that was committed before, and
 * one that is committed later waits for the lock, and then enrols what was removed here.
 */
async function distributedEvents(
  sql: Sql,
  channel: ChannelName,
  due: readonly { readonly eventId: EventId }[],
) {
  const rows = await sql.query(
    eventRow,
    `SELECT e.event_id::text AS "eventId", e.start_at AS "startAt", e.end_at AS "endAt"
     FROM events AS e JOIN event_channels AS c USING (event_id)
     WHERE e.event_id = ANY ($1::uuid[]) AND c.channel = $2 AND c.status = 'SUCCESS'`,
    due.map(({ eventId }) => eventId),
    channel,
  );
  return new Map(rows.map((row) => [row.eventId, row]));
}

interface Rescheduled {
  readonly eventId: EventId;
  readonly dueAt: Instant;
  readonly askedAt: Instant | null;
}

async function reschedule(
  sql: Sql,
  channel: ChannelName,
  rescheduled: readonly Rescheduled[],
): Promise<void> {
  if (rescheduled.length === 0) return;
  await sql.execute(
    `UPDATE channel_polls AS p SET due_at = t.due_at, asked_at = t.asked_at
     FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS t(event_id, due_at, asked_at)
     WHERE p.event_id = t.event_id AND p.channel = $1`,
    channel,
    rescheduled.map(({ eventId }) => eventId),
    rescheduled.map(({ dueAt }) => timestamp(dueAt)),
    rescheduled.map(({ askedAt }) => askedAt && timestamp(askedAt)),
  );
}

async function removePolls(sql: Sql, channel: ChannelName, events: readonly EventId[]): Promise<void> {
  if (events.length === 0) return;
  await sql.execute(
    'DELETE FROM channel_polls WHERE channel = $1 AND event_id = ANY ($2::uuid[])',
    channel,
    events,
  );
}

/**
 * Makes due what a wrong clock has put off. By a right one nothing is due later than at its event's start or after the
 * longest pause from now on (schedule.ts), and nothing was asked in the future. Rows that are being claimed are skipped.
 *
 * @returns how many were due too late
 */
export function repairDueTimes(
  sql: Sql,
  channel: ChannelName,
  intervalMs: number,
  now: Instant,
): Promise<number> {
  return sql.execute(
    PUT_OFF_DUE,
    channel,
    timestamp(now),
    intervalMs,
    timestamp(latestBelievable(now)),
    latestBelievable(now) - now,
  );
}

const PUT_OFF_DUE = `
WITH put_off AS (
  SELECT p.event_id FROM channel_polls AS p JOIN events AS e USING (event_id)
  WHERE p.channel = $1 AND (
    p.asked_at > $4::timestamptz
    OR p.due_at > $5::float8 * interval '1 millisecond' + greatest(
      e.start_at,
      $2::timestamptz
        + greatest($3::float8 * interval '1 millisecond', least($2::timestamptz - e.end_at, interval '1 day'))
    )
  )
  FOR UPDATE OF p SKIP LOCKED
)
UPDATE channel_polls AS p
SET due_at = $2::timestamptz, asked_at = CASE WHEN p.asked_at <= $4::timestamptz THEN p.asked_at END
FROM put_off WHERE p.event_id = put_off.event_id AND p.channel = $1`;

/** A claim without an answer, and when any process may ask: at once, as if never claimed, or later. */
export interface ReleasedClaim {
  readonly claim: Claim;
  readonly dueAt: Instant;
}

/** Undoes claims, except those that have been claimed again since. */
export async function releaseClaims(
  sql: Sql,
  channel: ChannelName,
  released: readonly ReleasedClaim[],
): Promise<void> {
  if (released.length === 0) return;
  await sql.execute(
    `UPDATE channel_polls AS p SET due_at = t.due_at, asked_at = t.asked_at
     FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
       AS t(event_id, claimed_at, due_at, asked_at)
     WHERE p.event_id = t.event_id AND p.channel = $1 AND p.asked_at = t.claimed_at`,
    channel,
    released.map(({ claim }) => claim.question.eventId),
    released.map(({ claim }) => timestamp(claim.claimedAt)),
    released.map(({ dueAt }) => timestamp(dueAt)),
    released.map(({ claim }) => claim.before.askedAt && timestamp(claim.before.askedAt)),
  );
}
