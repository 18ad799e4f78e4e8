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

export interface ObservedProgress extends PartitionProgress {
  readonly observedAt: Instant;
  /** The offset of the next message to be applied; what it moves by is what has arrived. 0 before the first. */
  readonly nextOffset: bigint;
}

/** Written by the owner of a partition. An old `observedAt` shows that the partition has no owner. */
export async function storeProgress(
  sql: Sql,
  partitions: readonly PartitionProgress[],
  now: Instant,
): Promise<void> {
  if (partitions.length === 0) return;
  await sql.execute(
    `INSERT INTO partition_progress (topic, partition, log_end, lag, stalled_since, reason, observed_at)
     SELECT t.*, $7::timestamptz
     FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::text[]) AS t
     ORDER BY 1, 2
     ON CONFLICT (topic, partition) DO UPDATE SET
       log_end = excluded.log_end, lag = excluded.lag, stalled_since = excluded.stalled_since,
       reason = excluded.reason, observed_at = excluded.observed_at`,
    partitions.map(({ topic }) => topic),
    partitions.map(({ partition }) => partition),
    partitions.map(({ logEnd }) => logEnd),
    partitions.map(({ lag }) => lag),
    partitions.map(({ stalledSince }) => (stalledSince === undefined ? null : timestamp(stalledSince))),
    partitions.map(({ reason }) => reason ?? null),
    timestamp(now),
  );
}

const progressRow = z
  .object({
    topic: z.string(),
    partition: z.number(),
    logEnd: z.bigint(),
    lag: z.bigint(),
    stalledSince: column.instant.nullable(),
    reason: z.string().nullable(),
    observedAt: column.instant,
    nextOffset: z.bigint(),
  })
  .transform(({ stalledSince, reason, ...row }) => ({
    ...row,
    stalledSince: stalledSince ?? undefined,
    reason: reason ?? undefined,
  }));

/** All partitions that any worker has owned, by topic and number. */
export function readProgress(sql: Pick<Sql, 'query'>): Promise<readonly ObservedProgress[]> {
  return sql.query(
    progressRow,
    `SELECT topic, partition, log_end AS "logEnd", lag, stalled_since AS "stalledSince", reason,
            observed_at AS "observedAt", coalesce(o.next_offset, 0) AS "nextOffset"
     FROM partition_progress LEFT JOIN partition_offsets AS o USING (topic, partition) ORDER BY topic, partition`,
  );
}
