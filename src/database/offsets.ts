import { z } from 'zod';
import type { Database, Sql } from './database';
import { passGap } from './log-gaps';
import type { OffsetFence, StoredOffset } from '../messaging/source/offset-fence';
import type { Partition, RecordMark } from '../messaging/source/source';

const offsetRow = z.object({
  topic: z.string(),
  partition: z.number(),
  nextOffset: z.bigint(),
  recordOffset: z.bigint().nullable(),
  recordTimestamp: z.bigint().nullable(),
  recordDigest: z.string().nullable(),
});

const COLUMNS = `topic, partition, next_offset AS "nextOffset", record_offset AS "recordOffset",
  record_timestamp AS "recordTimestamp", record_digest AS "recordDigest"`;

/** The stored offsets, which decide where reading goes on: Kafka's committed offsets only follow them. */
export function createOffsetFence(database: Database): OffsetFence {
  return {
    async read(partitions) {
      const rows = await database.background.query(
        offsetRow,
        `SELECT ${COLUMNS} FROM partition_offsets
         JOIN unnest($1::text[], $2::int[]) AS wanted(topic, partition) USING (topic, partition)`,
        partitions.map(({ topic }) => topic),
        partitions.map(({ partition }) => partition),
      );
      return rows.map(toStoredOffset);
    },
    async startAnew({ topic, partition, nextOffset, record }) {
      await database.background.execute(
        `UPDATE partition_offsets
         SET next_offset = 0, record_offset = NULL, record_timestamp = NULL, record_digest = NULL
         WHERE topic = $1 AND partition = $2 AND next_offset = $3 AND record_digest IS NOT DISTINCT FROM $4`,
        topic,
        partition,
        nextOffset,
        record?.digest ?? null,
      );
    },
    passGap: (stored, gap) => passGap(database.background, stored, gap),
  };
}

function toStoredOffset(row: z.infer<typeof offsetRow>): StoredOffset {
  const { topic, partition, nextOffset, recordOffset, recordTimestamp, recordDigest } = row;
  const record =
    recordOffset === null || recordDigest === null
      ? undefined
      : { offset: recordOffset, timestamp: recordTimestamp ?? undefined, digest: recordDigest };
  return { topic, partition, nextOffset, record };
}

/** The partitions of a topic of which something has been applied. */
export async function readAppliedPartitions(sql: Pick<Sql, 'query'>, topic: string): Promise<number[]> {
  const rows = await sql.query(
    z.object({ partition: z.number() }),
    'SELECT partition FROM partition_offsets WHERE topic = $1 AND next_offset > 0',
    topic,
  );
  return rows.map(({ partition }) => partition);
}

/**
 * Locks the partition for this transaction and returns its stored offset. A worker that lost the partition in a
 * rebalance and works on waits here for its successor and then finds the offset moved.
 */
export async function lockPartition(sql: Sql, { topic, partition }: Partition): Promise<StoredOffset> {
  const [row] = await sql.query(
    offsetRow,
    `INSERT INTO partition_offsets (topic, partition, next_offset) VALUES ($1, $2, 0)
     ON CONFLICT (topic, partition) DO UPDATE SET next_offset = partition_offsets.next_offset
     RETURNING ${COLUMNS}`,
    topic,
    partition,
  );
  if (row === undefined) throw new Error(`Partition ${topic}/${partition} could not be locked.`);
  return toStoredOffset(row);
}

const MOVE = `
UPDATE partition_offsets
SET next_offset = $3, record_offset = $4, record_timestamp = $5, record_digest = $6
WHERE topic = $1 AND partition = $2`;

/** Moves the offset in the transaction that applied the messages before it; the given record is the last of these. */
export async function storeOffset(
  sql: Sql,
  { topic, partition }: Partition,
  nextOffset: bigint,
  record: RecordMark,
): Promise<void> {
  await sql.execute(
    MOVE,
    topic,
    partition,
    nextOffset,
    record.offset,
    record.timestamp ?? null,
    record.digest,
  );
}

/**
 * Both in one statement, for the usual case: moves the offset if it is where this worker left it.
 *
 * @returns whether it did; if not, nothing is locked, and the stored offset has to be read
 */
export async function moveOffset(
  sql: Sql,
  { topic, partition }: Partition,
  from: Pick<StoredOffset, 'nextOffset' | 'record'>,
  nextOffset: bigint,
  record: RecordMark,
): Promise<boolean> {
  const moved = await sql.execute(
    `${MOVE} AND next_offset = $7
       AND record_offset IS NOT DISTINCT FROM $8 AND record_digest IS NOT DISTINCT FROM $9`,
    topic,
    partition,
    nextOffset,
    record.offset,
    record.timestamp ?? null,
    record.digest,
    from.nextOffset,
    from.record?.offset ?? null,
    from.record?.digest ?? null,
  );
  return moved === 1;
}
