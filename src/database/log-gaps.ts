import { z } from 'zod';
import type { LogGap, RecordedGap } from '../messaging/source/log-gap';
import type { StoredOffset } from '../messaging/source/offset-fence';
import type { Partition } from '../messaging/source/source';
import type { Sql } from './database';

const gapRow = z
  .object({
    topic: z.string(),
    partition: z.number(),
    firstOffset: z.bigint(),
    lastOffset: z.bigint(),
    writtenAfter: z.date().nullable(),
    writtenBefore: z.date(),
    noticedAt: z.date(),
  })
  .transform(({ writtenAfter, ...row }): RecordedGap => ({
    ...row,
    writtenAfter: writtenAfter ?? undefined,
  }));

const COLUMNS = `topic, partition, first_offset AS "firstOffset", last_offset AS "lastOffset",
  written_after AS "writtenAfter", written_before AS "writtenBefore", noticed_at AS "noticedAt"`;

/**
 * Moves the stored offset behind a gap and keeps the gap, in one statement. The last record that was applied stays the mark of
 * the log.
 *
 * @returns what was kept; undefined when the stored offset has moved since, and nothing was done
 */
export async function passGap(
  sql: Pick<Sql, 'query'>,
  { nextOffset, record }: StoredOffset,
  gap: LogGap,
): Promise<RecordedGap | undefined> {
  const [kept] = await sql.query(
    gapRow,
    `WITH moved AS (
       INSERT INTO partition_offsets AS o (topic, partition, next_offset) VALUES ($1, $2::int, $5::bigint + 1)
       ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
       WHERE o.next_offset = $3::bigint AND o.record_digest IS NOT DISTINCT FROM $4
       RETURNING topic
     )
     INSERT INTO log_gaps AS g
       (topic, partition, first_offset, last_offset, written_after, written_before, noticed_at)
     SELECT $1, $2::int, $3::bigint, $5::bigint, $6::timestamptz, coalesce($7::timestamptz, now()), now() FROM moved
     ON CONFLICT (topic, partition, first_offset) DO UPDATE
     SET last_offset = greatest(g.last_offset, excluded.last_offset), written_after = least(g.written_after, excluded.written_after),
       written_before = greatest(g.written_before, excluded.written_before), noticed_at = excluded.noticed_at
     RETURNING ${COLUMNS}`,
    gap.topic,
    gap.partition,
    nextOffset,
    record?.digest ?? null,
    gap.lastOffset,
    gap.writtenAfter?.toISOString() ?? null,
    gap.writtenBefore?.toISOString() ?? null,
  );
  return kept;
}

/** All gaps that were passed and not removed since, by topic, partition and offset. */
export function readGaps(sql: Pick<Sql, 'query'>): Promise<readonly RecordedGap[]> {
  return sql.query(gapRow, `SELECT ${COLUMNS} FROM log_gaps ORDER BY topic, partition, first_offset`);
}

/** Those of one partition. */
export function readGapsOf(
  sql: Pick<Sql, 'query'>,
  { topic, partition }: Partition,
): Promise<readonly RecordedGap[]> {
  return sql.query(
    gapRow,
    `SELECT ${COLUMNS} FROM log_gaps WHERE topic = $1 AND partition = $2 ORDER BY first_offset`,
    topic,
    partition,
  );
}
