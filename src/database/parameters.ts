import type { Instant, LocalDay, Uuid } from '../domain/values';

/** An instant as PostgreSQL reads it. */
export function timestamp(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** A text as PostgreSQL can hold it, and no longer than that: it refuses U+0000 and half of a surrogate pair. */
export function storableText(text: string, longest = Infinity): string {
  const kept = text.length <= longest ? text : `${text.slice(0, longest)}…`;
  return kept.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}

/**
 * A column of many rows as one parameter, written as PostgreSQL reads an array. Of an array of JavaScript, Prisma and its
 * driver look at every element by themselves: at nine columns that was a quarter of a worker's time for each message.
 */

/** What is written as it is: none of these has a comma, a quote, a brace or a blank in it. */
type Plain = Uuid | LocalDay | number | boolean;

/** @param valueOf what the row has in this column; null for nothing */
export function plainColumn<Row>(rows: readonly Row[], valueOf: (row: Row) => Plain | null): string {
  return `{${rows.map((row) => valueOf(row) ?? 'NULL').join(',')}}`;
}

/** The same for texts of any kind. */
export function textColumn<Row>(rows: readonly Row[], textOf: (row: Row) => string | null): string {
  return `{${rows.map((row) => quoted(textOf(row))).join(',')}}`;
}

const TO_BE_ESCAPED = /["\\]/;

function quoted(text: string | null): string {
  if (text === null) return 'NULL';
  return TO_BE_ESCAPED.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
