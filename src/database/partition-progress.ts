import { z } from 'zod';
import type { Instant } from '../domain/values';
import type { Sql } from './database';
import { column } from './rows';
import { timestamp } from './parameters';

/** How far the worker that owns a partition is behind its log. */
export interface PartitionProgress {
  /** As the broker knows it. */
  readonly topic: string;
  readonly partition: number;
  /** The offset behind the last message that can be applied. */
  readonly logEnd: bigint;
  /** Offsets between what is applied and logEnd; 0 when nothing is left to be applied. */
  readonly lag: bigint;
  /** Since when nothing was applied although something could be. */
  readonly stalledSince: Instant | undefined;
  readonly reason: string | undefined;
}

/** What the worker that owns a partition tells of it. */
export interface ToldProgress extends Omit<PartitionProgress, 'logEnd' | 'lag'> {
  /** Undefined while the log is not recognised, or its end not known: what was told before stays. */
  readonly logEnd: bigint | undefined;
  readonly lag: bigint | undefined;
  /** The stored offset as the owner knows it; undefined as well, and while it is long ago that the end was seen. */
  readonly applied: bigint | undefined;
}

export interface ObservedProgress extends PartitionProgress {
  readonly observedAt: Instant;
}

/** All partitions of a topic together. */
export interface TopicProgress {
  readonly topic: string;
  readonly partitions: number;
  /** The sum of theirs: what it moves by has arrived, applied or not. */
  readonly logEnd: bigint;
  readonly lag: bigint;
  /** How many of them are troubled. */
  readonly troubled: number;
}

/**
 * Written by the owner of a partition. An old `observedAt` shows that the partition has no owner; that `told_at` lies behind it, that
 * the owner cannot tell what is applied.
 */
export async function storeProgress(
  sql: Sql,
  partitions: readonly ToldProgress[],
  now: Instant,
): Promise<void> {
  if (partitions.length === 0) return;
  await sql.execute(
    STORE,
    partitions.map(({ topic }) => topic),
    partitions.map(({ partition }) => partition),
    partitions.map(({ logEnd }) => logEnd ?? null),
    partitions.map(({ lag }) => lag ?? null),
    partitions.map(({ applied }) => applied ?? null),
    partitions.map(({ stalledSince }) => (stalledSince === undefined ? null : timestamp(stalledSince))),
    partitions.map(({ reason }) => reason ?? null),
    timestamp(now),
  );
}

const STORE = `
INSERT INTO partition_progress (topic, partition, log_end, lag, applied, stalled_since, reason, observed_at, told_at)
SELECT topic, partition, coalesce(t.log_end, p.log_end, 0), coalesce(t.lag, p.lag, 0), coalesce(t.applied, p.applied),
  t.stalled_since, t.reason, $8::timestamptz, CASE WHEN t.applied IS NULL THEN p.told_at ELSE $8::timestamptz END
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::text[])
  AS t(topic, partition, log_end, lag, applied, stalled_since, reason)
LEFT JOIN partition_progress AS p USING (topic, partition)
ORDER BY 1, 2
ON CONFLICT (topic, partition) DO UPDATE SET
  log_end = excluded.log_end, lag = excluded.lag, applied = excluded.applied, stalled_since = excluded.stalled_since,
  reason = excluded.reason, observed_at = excluded.observed_at, told_at = excluded.told_at`;

const progressRow = z
  .object({
    topic: z.string(),
    partition: z.number(),
    logEnd: z.bigint(),
    lag: z.bigint(),
    stalledSince: column.instant.nullable(),
    reason: z.string().nullable(),
    observedAt: column.instant,
  })
  .transform(({ stalledSince, reason, ...row }) => ({
    ...row,
    stalledSince: stalledSince ?? undefined,
    reason: reason ?? undefined,
  }));

const PROGRESS_COLUMNS = `topic, partition, log_end AS "logEnd", lag, stalled_since AS "stalledSince", reason,
  observed_at AS "observedAt"`;

/** All partitions that any worker has owned, by topic and number. */
export function readProgress(sql: Pick<Sql, 'query'>): Promise<readonly ObservedProgress[]> {
  return sql.query(
    progressRow,
    `SELECT ${PROGRESS_COLUMNS} FROM partition_progress ORDER BY topic, partition`,
  );
}

/** A worker looks at its partitions every few seconds: one that none has looked at for so long has no owner. */
const UNOBSERVED_MS = 60_000;

/** Stalled, or without an owner; $1 is from when on an owner would have looked at it. */
const IS_TROUBLED = '(stalled_since IS NOT NULL OR observed_at < $1::timestamptz)';
const lookedAtSince = (now: Instant): string => timestamp((now - UNOBSERVED_MS) as Instant);

const topicRow = z.object({
  topic: z.string(),
  partitions: z.number(),
  logEnd: z.bigint(),
  lag: z.bigint(),
  troubled: z.number(),
});

/** @returns the first so many topics that any worker has owned a partition of, by name */
export function readTopics(
  sql: Pick<Sql, 'query'>,
  now: Instant,
  limit: number,
): Promise<readonly TopicProgress[]> {
  return sql.query(
    topicRow,
    `SELECT topic, count(*)::int AS partitions, sum(log_end)::bigint AS "logEnd", sum(lag)::bigint AS lag,
            (count(*) FILTER (WHERE ${IS_TROUBLED}))::int AS troubled
     FROM partition_progress GROUP BY topic ORDER BY topic LIMIT $2::int`,
    lookedAtSince(now),
    limit,
  );
}

/** @returns the first so many partitions that are stalled or have no owner, by topic and number */
export function readTroubled(
  sql: Pick<Sql, 'query'>,
  now: Instant,
  limit: number,
): Promise<readonly ObservedProgress[]> {
  return sql.query(
    progressRow,
    `SELECT ${PROGRESS_COLUMNS} FROM partition_progress WHERE ${IS_TROUBLED} ORDER BY topic, partition LIMIT $2::int`,
    lookedAtSince(now),
    limit,
  );
}
