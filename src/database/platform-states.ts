import { z } from 'zod';
import type { ChannelName, Instant } from '../domain/values';
import type { Sql } from './database';
import { column } from './rows';
import { timestamp } from './parameters';

/**
 * Whether each platform answers, as all workers together have seen it. One answer to any process makes it healthy. Only
 * the process that it last answered may call it failing, or any process once none had an answer for a while: one worker
 * behind a broken network must not call a platform failing that answers the others, and the state would flap between them.
 */

/** How the platform of a configured channel does, as all workers together have seen it. */
export interface PlatformReport {
  readonly channel: ChannelName;
  readonly status: 'HEALTHY' | 'FAILING';
  readonly since: Instant;
  /** Why it fails; null while it does not. */
  readonly reason: string | null;
  /** Null when it never has. */
  readonly lastAnswerAt: Instant | null;
  /** When the question that waits longest was due, or the next will be; null when there is nothing to ask about. */
  readonly nextDueAt: Instant | null;
}

const stateRow = z.object({
  channel: column.channel,
  status: z.enum(['HEALTHY', 'FAILING']),
  since: column.instant,
  reason: z.string().nullable(),
  lastAnswerAt: column.instant.nullable(),
});

const dueRow = z.object({ nextDueAt: column.instant.nullable() });

/** @returns every configured platform, by channel */
export async function platformReports(sql: Pick<Sql, 'query'>): Promise<readonly PlatformReport[]> {
  const states = await sql.query(
    stateRow,
    `SELECT channel, status::text, since, reason, last_answer_at AS "lastAnswerAt"
     FROM platform_states ORDER BY channel COLLATE "C"`,
  );
  const reports: PlatformReport[] = [];
  // A few, and for each a look at one entry of an index, where a statement for all would count what is due.
  for (const state of states) {
    const [due] = await sql.query(
      dueRow,
      'SELECT min(due_at) AS "nextDueAt" FROM channel_polls WHERE channel = $1',
      state.channel,
    );
    reports.push({ ...state, nextDueAt: due?.nextDueAt ?? null });
  }
  return reports;
}

/** @returns whether it had been failing until now */
export async function recordPlatformAnswer(
  sql: Sql,
  channel: ChannelName,
  answeredTo: string,
  now: Instant,
): Promise<boolean> {
  const healed = await sql.execute(
    `UPDATE platform_states SET status = 'HEALTHY', since = $2::timestamptz, reason = NULL
     WHERE channel = $1 AND status = 'FAILING'`,
    channel,
    timestamp(now),
  );
  await sql.execute(
    `INSERT INTO platform_states (channel, status, since, last_answer_at, answered_to)
     VALUES ($1, 'HEALTHY', $2::timestamptz, $2::timestamptz, $3::uuid)
     ON CONFLICT (channel) DO UPDATE
     SET last_answer_at = excluded.last_answer_at, answered_to = excluded.answered_to`,
    channel,
    timestamp(now),
    answeredTo,
  );
  return healed > 0;
}

interface FailingPlatform {
  readonly reason: string;
  readonly since: Instant;
  /** The process that reports the failure. */
  readonly seenBy: string;
  /** An answer to another process counts for more than this failure unless it is older. */
  readonly unlessAnsweredSince: Instant;
  /** An answer that lies behind it was dated by a wrong clock, and counts for nothing. */
  readonly latestAnswer: Instant;
}

/** @returns whether it had been healthy until now, and is not any more */
export async function recordPlatformFailure(
  sql: Sql,
  channel: ChannelName,
  failing: FailingPlatform,
): Promise<boolean> {
  const changed = await sql.execute(
    `INSERT INTO platform_states AS s (channel, status, since, reason)
     VALUES ($1, 'FAILING', $2::timestamptz, $3)
     ON CONFLICT (channel) DO UPDATE
     SET status = 'FAILING', since = excluded.since, reason = excluded.reason
     WHERE s.status = 'HEALTHY'
       AND (s.last_answer_at IS NULL OR s.answered_to = $4::uuid
            OR s.last_answer_at NOT BETWEEN $5::timestamptz AND $6::timestamptz)`,
    channel,
    timestamp(failing.since),
    failing.reason,
    failing.seenBy,
    timestamp(failing.unlessAnsweredSince),
    timestamp(failing.latestAnswer),
  );
  return changed > 0;
}

/**
 * Keeps these channels and no others: a platform that is not asked any more cannot fail.
 *
 * @returns whether that changes what a reader is shown
 */
export async function configurePlatformStates(
  sql: Sql,
  channels: readonly ChannelName[],
  now: Instant,
): Promise<boolean> {
  const removed = await sql.execute(
    'DELETE FROM platform_states WHERE NOT channel = ANY ($1::text[])',
    channels,
  );
  await sql.execute(
    `INSERT INTO platform_states (channel, status, since)
     SELECT channel, 'HEALTHY', $2::timestamptz FROM unnest($1::text[]) AS t(channel)
     ON CONFLICT (channel) DO NOTHING`,
    channels,
    timestamp(now),
  );
  return removed > 0;
}
