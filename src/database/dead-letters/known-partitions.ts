import { z } from 'zod';
import type { Sql } from '../database';

/** By the number of each partition of a dead-letter topic: up to which offset its letters are known to the database. */
export type KnownPartitions = ReadonlyMap<number, bigint>;

export async function readKnownPartitions(sql: Sql, deadLetterTopic: string): Promise<KnownPartitions> {
  const rows = await sql.query(
    z.object({ partition: z.number(), readTo: z.bigint() }),
    'SELECT partition, read_to AS "readTo" FROM dead_letter_logs WHERE topic = $1',
    deadLetterTopic,
  );
  return new Map(rows.map(({ partition, readTo }) => [partition, readTo]));
}

/**
 * Moves how far a partition is known, and locks that for the transaction.
 *
 * @param from what it is moved from; 0 for a partition of which nothing is known
 * @returns false when it has moved since: by another process, or because the database went back
 */
export async function moveKnownPartition(
  sql: Sql,
  deadLetterTopic: string,
  partition: number,
  from: bigint,
  to: bigint,
): Promise<boolean> {
  const moved = await sql.execute(
    `INSERT INTO dead_letter_logs AS d (topic, partition, read_to)
     SELECT $1, $2::int, $4::bigint
     WHERE $3::bigint = 0 OR EXISTS (SELECT FROM dead_letter_logs WHERE topic = $1 AND partition = $2::int)
     ON CONFLICT (topic, partition) DO UPDATE SET read_to = excluded.read_to WHERE d.read_to = $3::bigint`,
    deadLetterTopic,
    partition,
    from,
    to,
  );
  return moved === 1;
}
