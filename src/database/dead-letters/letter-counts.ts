import { z } from 'zod';
import type { Sql } from '../database';
import { LETTER_STATES, type LetterState } from './stored-letters';

/** As many of the newest letters are counted: asked every few seconds, that must not become dearer with every letter that is kept. */
export const COUNTED_LETTERS = 10_000;

/** How many of the newest letters of a topic are in a state. */
export interface LetterCount {
  /** As the broker knows it. */
  readonly topic: string;
  readonly state: LetterState;
  readonly count: number;
}

/** The same, divided by why they were rejected. */
export interface ReasonCount extends LetterCount {
  readonly reason: string;
}

const countRow = z.object({
  topic: z.string(),
  state: z.enum(LETTER_STATES),
  count: z.bigint().transform(Number),
});

const NEWEST = `
  SELECT topic, reason, CASE WHEN erased_at IS NOT NULL THEN 'erased' WHEN replayed_at IS NOT NULL THEN 'replayed'
    WHEN send_at IS NULL THEN 'sent' ELSE 'waiting' END AS state
  FROM dead_letters ORDER BY id DESC LIMIT ${COUNTED_LETTERS}`;

/** Of the newest letters: a pair of topic and state that none has is not there. */
export function countByState(sql: Pick<Sql, 'query'>): Promise<readonly LetterCount[]> {
  return sql.query(
    countRow,
    `SELECT topic, state, count(*) FROM (${NEWEST}) AS l GROUP BY topic, state ORDER BY topic, state`,
  );
}

/** Of the newest letters, what is most frequent first. */
export function countByReason(sql: Pick<Sql, 'query'>, limit: number): Promise<readonly ReasonCount[]> {
  return sql.query(
    countRow.extend({ reason: z.string() }),
    `SELECT topic, reason, state, count(*) FROM (${NEWEST}) AS l
     GROUP BY topic, reason, state ORDER BY count(*) DESC, topic, reason, state LIMIT $1::int`,
    limit,
  );
}
