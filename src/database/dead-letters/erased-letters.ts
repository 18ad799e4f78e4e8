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

/**
 * Empties the dead letters that hold a person: key, value and headers, and the reason where it names them, which it should not.
 * The letter itself stays, by which its record in Kafka's log is known to be rejected; one that is not sent yet is sent empty.
 */
export async function eraseLetters(
  sql: Sql,
  people: readonly PersonInLetters[],
  erasedAt: Instant,
): Promise<void> {
  await sql.execute(
    EMPTY,
    people.map(({ participantId }) => participantId),
    people.map(({ eventId }) => eventId),
    timestamp(erasedAt),
    REASON,
  );
}

const REASON = 'erased: the reason named a person';

/**
 * The letters that hold anything, each as one text in lower case: an id is looked for in all of its bytes, in whatever case it
 * stands there.
 */
const HELD = `
held AS MATERIALIZED (
  SELECT id, lower(concat_ws(' ', encode(key, 'escape'), encode(value, 'escape'), reason, failure,
    (SELECT string_agg(concat_ws(' ', h->>0, encode(decode(h->>1, 'base64'), 'escape')), ' ')
     FROM jsonb_array_elements(headers) AS h))) AS text
  FROM dead_letters WHERE erased_at IS NULL
)`;

const EMPTY = `
WITH ${HELD}
UPDATE dead_letters AS l
SET key = NULL, value = NULL, headers = '[]', failure = NULL, erased_at = $3::timestamptz,
    reason = CASE WHEN EXISTS (SELECT FROM unnest($1::text[]) AS t(person) WHERE position(t.person IN lower(l.reason)) > 0)
                  THEN $4 ELSE l.reason END
FROM held
WHERE l.id = held.id AND EXISTS (
  SELECT FROM unnest($1::text[], $2::text[]) AS t(person, event)
  WHERE position(t.person IN held.text) > 0 AND (t.event IS NULL OR position(t.event IN held.text) > 0))`;

/** The letters that hold a person, in the order in which they were written. */
export function lettersHolding(
  sql: Pick<Sql, 'query'>,
  participantId: ParticipantId,
): Promise<readonly WholeLetter[]> {
  return sql.query(wholeRow, HOLDING, participantId);
}

const HOLDING = `
WITH ${HELD}
SELECT ${WHOLE_COLUMNS} FROM held JOIN dead_letters AS l ON l.id = held.id
WHERE position($1::text IN held.text) > 0 ORDER BY l.id`;
