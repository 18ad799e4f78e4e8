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
 * The letter itself stays, by which its record in Kafka's log is known to be rejected; one that is not sent yet is sent empty. Each letter
 * is read once, whoever is looked for.
 *
 * @param among only these letters; all when left out
 */
export async function eraseLetters(
  sql: Sql,
  people: readonly PersonInLetters[],
  erasedAt: Instant,
  among?: LettersOfPartition,
): Promise<void> {
  await sql.execute(
    EMPTY,
    people.map(({ participantId }) => participantId),
    people.map(({ eventId }) => eventId),
    timestamp(erasedAt),
    REASON,
    among?.topic ?? null,
    among?.partition ?? null,
    among?.offsets.map(String) ?? null,
  );
}

const REASON = 'erased: the reason named a person';

/** In all of a letter's bytes, in whatever case it stands there. */
const TEXT = `lower(concat_ws(' ', encode(key, 'escape'), encode(value, 'escape'), reason, failure,
  (SELECT string_agg(concat_ws(' ', h->>0, encode(decode(h->>1, 'base64'), 'escape')), ' ')
   FROM jsonb_array_elements(headers) AS h)))`;
const UUID = `'[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'`;

// The ids of a letter are taken out of it once: to look for each person in each letter took as long as both numbers multiplied.
const EMPTY = `
WITH named AS MATERIALIZED (
  SELECT DISTINCT l.id, found.match[1] AS uuid
  FROM dead_letters AS l CROSS JOIN LATERAL regexp_matches(${TEXT}, ${UUID}, 'g') AS found(match)
  WHERE l.erased_at IS NULL AND ($5::text IS NULL OR (l.topic = $5 AND l."offset" = ANY ($7::bigint[])
    AND ($6::int IS NULL OR l.partition = $6::int)))
), hit AS (
  SELECT DISTINCT n.id FROM unnest($1::text[], $2::text[]) AS t(person, event) JOIN named AS n ON n.uuid = t.person
  WHERE t.event IS NULL OR EXISTS (SELECT FROM named AS e WHERE e.id = n.id AND e.uuid = t.event)
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
