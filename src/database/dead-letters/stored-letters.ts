import { z } from 'zod';
import type { Sql } from '../database';
import { column } from '../rows';
import { type Letter, LETTER_COLUMNS, letterRow } from './letter';

/** A dead letter without what it holds. */
const summaryRow = z.object({
  id: z.bigint(),
  topic: z.string(),
  partition: z.number(),
  offset: z.bigint(),
  reason: z.string(),
  rejectedAt: column.instant,
  sizeBytes: z.number(),
  attempts: z.number(),
  failure: z.string().nullable(),
  /** When it may be sent next; null once it is. */
  sendAt: column.instant.nullable(),
  sentAt: column.instant.nullable(),
  replayedAt: column.instant.nullable(),
  erasedAt: column.instant.nullable(),
});

export type LetterSummary = z.output<typeof summaryRow>;

export const LETTER_STATES = ['waiting', 'sent', 'replayed', 'erased'] as const;
export type LetterState = (typeof LETTER_STATES)[number];

/** A letter that was erased or replayed needs no more attention, whether it was sent or not. */
export function stateOf({ erasedAt, replayedAt, sendAt }: LetterSummary): LetterState {
  if (erasedAt !== null) return 'erased';
  if (replayedAt !== null) return 'replayed';
  return sendAt === null ? 'sent' : 'waiting';
}

const SUMMARY_COLUMNS = `l.id, l.topic, l.partition, l."offset", l.reason, l.rejected_at AS "rejectedAt",
  coalesce(octet_length(l.key), 0) + coalesce(octet_length(l.value), 0) AS "sizeBytes", l.attempts, l.failure,
  l.send_at AS "sendAt", l.sent_at AS "sentAt", l.replayed_at AS "replayedAt", l.erased_at AS "erasedAt"`;

/** @param topic as the broker knows it; undefined for all */
export async function countLetters(sql: Sql, topic: string | undefined): Promise<number> {
  const [row] = await sql.query(
    z.object({ count: z.bigint() }),
    'SELECT count(*) FROM dead_letters WHERE $1::text IS NULL OR topic = $1',
    topic ?? null,
  );
  return Number(row?.count ?? 0n);
}

/**
 * The newest, in the order in which they were written.
 *
 * @param before only those that were written ahead of this one; of all when left out
 */
export async function newestLetters(
  sql: Pick<Sql, 'query'>,
  topic: string | undefined,
  limit: number,
  before?: bigint,
): Promise<readonly LetterSummary[]> {
  const letters = await sql.query(
    summaryRow,
    `SELECT ${SUMMARY_COLUMNS} FROM dead_letters AS l
     WHERE ($1::text IS NULL OR l.topic = $1) AND ($3::bigint IS NULL OR l.id < $3)
     ORDER BY l.id DESC LIMIT $2::int`,
    topic ?? null,
    limit,
    before?.toString() ?? null,
  );
  return letters.reverse();
}

export const wholeRow = z.object({ ...letterRow.shape, ...summaryRow.shape });

export const WHOLE_COLUMNS = `${LETTER_COLUMNS}, ${SUMMARY_COLUMNS}`;

/** A letter with all that is known of it. */
export type WholeLetter = z.output<typeof wholeRow>;

export async function findLetter(sql: Pick<Sql, 'query'>, id: bigint): Promise<WholeLetter | undefined> {
  const [letter] = await sql.query(
    wholeRow,
    `SELECT ${WHOLE_COLUMNS} FROM dead_letters AS l WHERE l.id = $1`,
    id,
  );
  return letter;
}

/**
 * How many of a topic (of any, when it is undefined) will never be replayed, since what they held was taken out before they were.
 */
export async function countErasedLetters(sql: Sql, topic: string | undefined): Promise<number> {
  const [row] = await sql.query(
    z.object({ count: z.bigint() }),
    `SELECT count(*) FROM dead_letters
     WHERE replayed_at IS NULL AND erased_at IS NOT NULL AND ($1::text IS NULL OR topic = $1)`,
    topic ?? null,
  );
  return Number(row?.count ?? 0n);
}

/** Which letters are to be replayed: these, or all of a topic (of any, when it is undefined) that have not been and can be. */
export type Wanted = { readonly ids: readonly bigint[] } | { readonly topic: string | undefined };

/** The one of the wanted that comes next after a letter, in the order in which they were written. */
export async function nextLetter(sql: Sql, wanted: Wanted, after: bigint): Promise<Letter | undefined> {
  const [condition, parameter] =
    'ids' in wanted
      ? ['l.id = ANY ($2::bigint[])', wanted.ids.map(String)]
      : [
          'l.replayed_at IS NULL AND l.erased_at IS NULL AND ($2::text IS NULL OR l.topic = $2)',
          wanted.topic ?? null,
        ];
  const [letter] = await sql.query(
    letterRow,
    `SELECT ${LETTER_COLUMNS} FROM dead_letters AS l WHERE l.id > $1 AND ${condition} ORDER BY l.id LIMIT 1`,
    after,
    parameter,
  );
  return letter;
}

/** Its message counts now. */
export async function markReplayed(sql: Sql, { id }: Letter): Promise<void> {
  await sql.execute('UPDATE dead_letters SET replayed_at = now() WHERE id = $1', id);
}
