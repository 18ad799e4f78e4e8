import type { Database } from '../../src/database/database';
import { storeProgress } from '../../src/database/partition-progress';
import type { Instant } from '../../src/domain/values';

/** A partition of a log, as the worker that owns it and the database know it. */
export interface Told {
  readonly topic: string;
  readonly partition?: number;
  /** Up to where its worker has applied it. */
  readonly applied: bigint;
  /** Where it ends; where it is applied to when left out. */
  readonly end?: bigint;
  /** Up to where it is applied to the database; no row when left out. */
  readonly stored?: bigint;
}

/** Tells of partitions as their workers do every few seconds, and stores what they have applied. */
export async function tellOf(database: Database, now: Instant, partitions: readonly Told[]): Promise<void> {
  for (const { topic, partition = 0, stored } of partitions)
    if (stored !== undefined)
      await database.execute(
        `INSERT INTO partition_offsets (topic, partition, next_offset) VALUES ($1::text, $2::int, $3::bigint)
         ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset`,
        topic,
        partition,
        stored,
      );
  const told = partitions.map(({ topic, partition = 0, applied, end = applied }) => ({
    ...{ topic, partition, applied, logEnd: end, lag: end - applied },
    ...{ stalledSince: undefined, reason: undefined },
  }));
  await storeProgress(database, told, now);
}
