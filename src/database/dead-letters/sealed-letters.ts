import { z } from 'zod';
import type { Instant } from '../../domain/values';
import type { Sql } from '../database';
import { timestamp } from '../parameters';
import { column } from '../rows';

/** Where the first piece begins. */
export const FIRST_SENT = 0 as Instant;

/**
 * Notes that letters of what is sealed may leave that were sent before an instant: whether one was there cannot be told any more.
 *
 * @returns whether it is noted: it is not where no worker has looked for what is to leave yet
 */
export async function noteLettersLeave(sql: Pick<Sql, 'execute'>, sentBefore: Instant): Promise<boolean> {
  const noted = await sql.execute(
    'UPDATE retention SET letters_left_before = greatest(letters_left_before, $1::timestamptz)',
    timestamp(sentBefore),
  );
  return noted === 1;
}

const notedRow = z.object({ sentBefore: column.instant.nullable() });

/** @returns since when letters of what is sealed are all there; undefined when none has ever left */
export async function readLettersLeft(sql: Pick<Sql, 'query'>): Promise<Instant | undefined> {
  const [row] = await sql.query(notedRow, 'SELECT letters_left_before AS "sentBefore" FROM retention');
  return row?.sentBefore ?? undefined;
}

const sentRow = z.object({ sentAt: column.instant });

/**
 * Deletes the next letters of what is sealed, in the order in which they were sent: a piece that began anew at the first would go over all
 * that was deleted before it. One that waits to be sent is never among them.
 *
 * @returns where the next piece begins; undefined when this was the last
 */
export async function deleteSealedLetters(
  sql: Sql,
  { from, sentBefore }: { readonly from: Instant; readonly sentBefore: Instant },
  limit: number,
): Promise<Instant | undefined> {
  const deleted = await sql.query(sentRow, DELETE, timestamp(from), timestamp(sentBefore), limit);
  const times = deleted.map(({ sentAt }) => sentAt);
  return times.length < limit ? undefined : times.reduce((one, other) => (one > other ? one : other));
}

const DELETE = `
DELETE FROM dead_letters WHERE id IN (
  SELECT id FROM dead_letters
  WHERE sealed AND send_at IS NULL AND sent_at >= $1::timestamptz AND sent_at < $2::timestamptz ORDER BY sent_at LIMIT $3::int
) RETURNING sent_at AS "sentAt"`;
