import { z } from 'zod';
import type { Instant } from '../domain/values';
import type { Sql } from './database';
import { timestamp } from './parameters';

/** Where the log of a partition ended when somebody looked. */
export interface LogEnd {
  readonly topic: string;
  readonly partition: number;
  readonly logEnd: bigint;
}

const endRow = z.object({ topic: z.string(), partition: z.number(), logEnd: z.bigint() });

/** @param toldAfter ends that were told before are left out: the log may have grown by all that was sent while no worker could read it */
export function readLogEnds(
  sql: Pick<Sql, 'query'>,
  topics: readonly string[],
  toldAfter: Instant,
): Promise<LogEnd[]> {
  return sql.query(
    endRow,
    `SELECT topic, partition, log_end AS "logEnd" FROM partition_progress
     WHERE topic = ANY ($1::text[]) AND told_at = observed_at AND observed_at >= $2::timestamptz`,
    topics,
    timestamp(toldAfter),
  );
}

/** A partition, or a topic as a whole, of which it is not known that it is applied. */
export interface Unapplied {
  readonly name: string;
  readonly why: string;
}

const unappliedRow = z.object({ name: z.string(), why: z.string() });

/**
 * Finds a partition of these topics of which something that was written before `ends` may not be applied to this database.
 *
 * What owners tell is held against what is stored beside it: a database that went back says what it said then, until its owners tell
 * it anew, and then lies behind what they have applied.
 *
 * @param toldAfter what was told before it tells nothing: the partition has no owner, or the database went back
 * @param ends where the logs ended at a look before this one; a partition without any has to be applied to its end
 */
export async function findUnapplied(
  sql: Pick<Sql, 'query'>,
  { topics, toldAfter, ends }: { topics: readonly string[]; toldAfter: Instant; ends: readonly LogEnd[] },
): Promise<Unapplied | undefined> {
  const [row] = await sql.query(
    unappliedRow,
    UNAPPLIED,
    topics,
    timestamp(toldAfter),
    ends.map(({ topic }) => topic),
    ends.map(({ partition }) => partition),
    ends.map(({ logEnd }) => logEnd),
  );
  return row;
}

const UNAPPLIED = `
SELECT name, why FROM (
  SELECT topic || '/' || partition AS name, CASE
    WHEN p.topic IS NULL THEN 'no worker has told of it'
    WHEN p.observed_at < $2::timestamptz THEN 'no worker has told of it lately'
    WHEN p.told_at IS DISTINCT FROM p.observed_at THEN 'its worker does not tell what it has applied: it is of the release before, or cannot read it'
    WHEN p.stalled_since IS NOT NULL THEN 'it does not progress'
    WHEN coalesce(o.next_offset, 0) < p.applied THEN 'the database went back behind what its worker had applied'
    WHEN p.lag > 0 AND e.topic IS NULL THEN 'it is not applied to its end'
    WHEN p.lag > 0 AND coalesce(o.next_offset, 0) < e.log_end THEN 'it is not applied as far as it was written minutes ago'
  END AS why
  FROM (SELECT * FROM partition_offsets WHERE topic = ANY ($1::text[])) AS o
  FULL JOIN (SELECT * FROM partition_progress WHERE topic = ANY ($1::text[])) AS p USING (topic, partition)
  LEFT JOIN unnest($3::text[], $4::int[], $5::bigint[]) AS e(topic, partition, log_end) USING (topic, partition)
  UNION ALL
  SELECT t.topic, 'of some of its partitions no worker has told'
  FROM unnest($1::text[]) AS t(topic) LEFT JOIN partition_progress AS p ON p.topic = t.topic
  GROUP BY t.topic HAVING count(p.partition) <> coalesce(max(p.partition), 0) + 1
  UNION ALL
  SELECT topic || '/' || partition, 'messages of it were deleted unread: where they are to be sent again, that has to be done first (docs/backup.md)'
  FROM log_gaps WHERE topic = ANY ($1::text[])
) AS found WHERE why IS NOT NULL ORDER BY name LIMIT 1`;
