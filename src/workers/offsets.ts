import { z } from 'zod';
import type { Sql } from '../platform/database/database';
import type { BatchPosition } from '../platform/source/source';

type Partition = Pick<BatchPosition, 'topic' | 'partition'>;

const offsetRow = z.object({ next_offset: z.bigint() });

/** Where reading goes on according to the database, which is what counts; undefined for a partition never read. */
export async function storedOffset(sql: Sql, { topic, partition }: Partition): Promise<bigint | undefined> {
  const [row] = await sql.query(
    offsetRow,
    'SELECT next_offset FROM partition_offsets WHERE topic = $1 AND partition = $2',
    topic,
    partition,
  );
  return row?.next_offset;
}

/**
 * Locks the partition for this transaction and says where it stands. A worker that lost the partition in a rebalance
 * and works on waits here for its successor and then finds its batch already behind the offset.
 */
export async function lockPartition(sql: Sql, { topic, partition }: Partition): Promise<bigint> {
  const [row] = await sql.query(
    offsetRow,
    `INSERT INTO partition_offsets (topic, partition, next_offset) VALUES ($1, $2, 0)
     ON CONFLICT (topic, partition) DO UPDATE SET next_offset = partition_offsets.next_offset
     RETURNING next_offset`,
    topic,
    partition,
  );
  if (row === undefined) throw new Error(`Partition ${topic}/${partition} could not be locked.`);
  return row.next_offset;
}

/** Moves the offset in the transaction that applied what lies before it. */
export async function storeOffset(
  sql: Sql,
  { topic, partition }: Partition,
  nextOffset: bigint,
): Promise<void> {
  await sql.execute(
    'UPDATE partition_offsets SET next_offset = $3 WHERE topic = $1 AND partition = $2',
    topic,
    partition,
    nextOffset,
  );
}
