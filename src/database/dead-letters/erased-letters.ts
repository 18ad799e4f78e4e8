import { z } from 'zod';
import { UUID_SHAPE } from '../../domain/uuid';
import type { EventId, Instant, ParticipantId } from '../../domain/values';
import type { Sql } from '../database';
import { timestamp } from '../parameters';
import { WHOLE_COLUMNS, type WholeLetter, wholeRow } from './stored-letters';

/** Whose letters are to be emptied. */
export interface PersonInLetters {
  readonly participantId: ParticipantId;
  /** Only those that name this event as well; null for all. */
  readonly eventId: EventId | null;
}

/** Letters of one partition, by the offsets of their records: those that have just been written. */
export interface LettersOfPartition {
  readonly topic: string;
  /** Undefined for all partitions. */
  readonly partition?: number;
  readonly offsets: readonly bigint[];
}

/**
 * Empties the dead letters that hold a person: key, value and headers, and the reason where it names them, which it should not.
 * The letter itself stays, by which its record in Kafka's log is known to be rejected; one that is not sent yet is sent empty. All
 * letters are looked through, by statements each of which takes a piece of them.
 *
 * @param sql not of a transaction: each piece is committed by itself, and nobody waits for the others
 */
export async function eraseLetters(
  sql: Sql,
  people: readonly PersonInLetters[],
  erasedAt: Instant,
): Promise<void> {
  for (let last = 0n; ;) {
    const piece = await sql.query(idRow, NEXT_PIECE, last);
    if (piece.length === 0) return;
    const ids = piece.map(({ id }) => id);
    await empty(sql, people, erasedAt, ids);
    last = ids.at(-1)!;
  }
}

/** The same for letters that have just been written, within their transaction. */
export async function eraseLettersAmong(
  sql: Sql,
  people: readonly PersonInLetters[],
  erasedAt: Instant,
  { topic, partition, offsets }: LettersOfPartition,
): Promise<void> {
  const among = await sql.query(idRow, AMONG, topic, partition ?? null, offsets.map(String));
  const ids = among.map(({ id }) => id);
  await empty(sql, people, erasedAt, ids);
}

async function empty(
  sql: Sql,
  people: readonly PersonInLetters[],
  erasedAt: Instant,
  ids: readonly bigint[],
): Promise<void> {
  await sql.execute(
    EMPTY,
    people.map(({ participantId }) => participantId),
    people.map(({ eventId }) => eventId),
    timestamp(erasedAt),
    REASON,
    ids.map(String),
  );
}

const idRow = z.object({ id: z.bigint() });

/** A statement has eight seconds; a thousand letters take some tenths of one, and a megabyte as long. */
const LETTERS_OF_A_PIECE = 1_000;
const BYTES_OF_A_PIECE = 1_000_000;

/** At least one letter, however large it is. */
const NEXT_PIECE = `
SELECT id FROM (
  SELECT id, sum(size) OVER (ORDER BY id) - size AS ahead
  FROM (
    SELECT id, coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0) + pg_column_size(headers) AS size
    FROM dead_letters WHERE id > $1 AND erased_at IS NULL ORDER BY id LIMIT ${LETTERS_OF_A_PIECE}
  ) AS next
) AS beside
WHERE ahead < ${BYTES_OF_A_PIECE} ORDER BY id`;

const AMONG = `
SELECT id FROM dead_letters
WHERE erased_at IS NULL AND topic = $1 AND ($2::int IS NULL OR partition = $2::int) AND "offset" = ANY ($3::bigint[])`;

const REASON = 'erased: the reason named a person';

/** In all of a letter's bytes, in whatever case it stands there. */
const TEXT = `lower(concat_ws(' ', encode(key, 'escape'), encode(value, 'escape'), reason, failure,
  (SELECT string_agg(concat_ws(' ', h->>0, encode(decode(h->>1, 'base64'), 'escape')), ' ')
   FROM jsonb_array_elements(headers) AS h)))`;

// The ids of a letter are taken out of it once: to look for each person in each letter took as long as both numbers multiplied.
const EMPTY = `
WITH named AS MATERIALIZED (
  SELECT DISTINCT l.id, found.match[1] AS uuid
  FROM dead_letters AS l CROSS JOIN LATERAL regexp_matches(${TEXT}, '${UUID_SHAPE}', 'g') AS found(match)
  WHERE l.id = ANY ($5::bigint[]) AND l.erased_at IS NULL
), hit AS (
  SELECT DISTINCT n.id FROM unnest($1::text[], $2::text[]) AS t(person, event)
  JOIN named AS n ON n.uuid = t.person
  LEFT JOIN named AS e ON e.id = n.id AND e.uuid = t.event
  WHERE t.event IS NULL OR e.id IS NOT NULL
)
UPDATE dead_letters AS l
SET key = NULL, value = NULL, headers = '[]', failure = NULL, erased_at = $3::timestamptz,
    reason = CASE WHEN EXISTS (SELECT FROM unnest($1::text[]) AS t(person) WHERE position(t.person IN lower(l.reason)) > 0)
                  THEN $4 ELSE l.reason END
FROM hit WHERE l.id = hit.id`;

/** The letters that hold a person, in the order in which they were written. */
export function lettersHolding(
  sql: Pick<Sql, 'query'>,
  participantId: ParticipantId,
): Promise<readonly WholeLetter[]> {
  return sql.query(wholeRow, HOLDING, participantId);
}

const HOLDING = `
SELECT ${WHOLE_COLUMNS} FROM dead_letters AS l
WHERE l.erased_at IS NULL AND position($1::text IN ${TEXT}) > 0 ORDER BY l.id`;
