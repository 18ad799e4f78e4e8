import { z } from 'zod';
import type { Sql } from '../database';

/** What of a topic's dead letters has not reached its dead-letter topic. */
export interface WaitingLetters {
  /** As the broker knows it. */
  readonly topic: string;
  readonly count: number;
  /** Since the oldest of them was rejected; 0 when there is none. */
  readonly oldestSeconds: number;
}

const waitingRow = z.object({
  topic: z.string(),
  count: z.bigint().transform(Number),
  oldestSeconds: z.number(),
});

/** @returns each of the topics, as the broker knows them, in the order in which they are given */
export function waitingLetters(sql: Sql, topics: readonly string[]): Promise<readonly WaitingLetters[]> {
  return sql.query(
    waitingRow,
    `SELECT t.topic, count(l.id) AS count,
       coalesce(greatest(extract(epoch FROM now() - min(l.rejected_at)), 0), 0)::float8 AS "oldestSeconds"
     FROM unnest($1::text[]) WITH ORDINALITY AS t(topic, place)
     LEFT JOIN dead_letters AS l ON l.topic = t.topic AND l.send_at IS NOT NULL
     GROUP BY t.topic, t.place ORDER BY t.place`,
    topics,
  );
}
