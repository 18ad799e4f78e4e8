import { z } from 'zod';
import type { EventId, Instant, ParticipantId } from '../domain/values';
import type { Sql } from './database';
import { leavesInPieces } from './months/month-tables';
import { timestamp } from './parameters';
import { column } from './rows';

/** A sealed event of which rows may be there. */
export interface LeavingEvent {
  readonly eventId: EventId;
  readonly sealedAt: Instant;
}

const leavingRow = z.object({ eventId: column.eventId, sealedAt: column.instant });

/**
 * @param waitedSince those that were sealed before it wait no longer for their month to leave
 * @returns up to `limit` of those whose rows leave in pieces, in the order in which they were sealed, from behind this one on
 */
export function eventsThatLeave(
  sql: Pick<Sql, 'query' | 'isDistributed'>,
  last: LeavingEvent | undefined,
  waitedSince: Instant,
  limit: number,
): Promise<LeavingEvent[]> {
  const page = (behind: string): string =>
    `SELECT event_id::text AS "eventId", sealed_at AS "sealedAt" FROM event_counts
     WHERE sealed_at IS NOT NULL AND emptied_at IS NULL AND ${leavesInPieces(sql, '$2')} ${behind}
     ORDER BY sealed_at, event_id LIMIT $1::int`;
  const given = [limit, timestamp(waitedSince)];
  return last === undefined
    ? sql.query(leavingRow, page(''), ...given)
    : sql.query(
        leavingRow,
        page('AND (sealed_at, event_id) > ($3::timestamptz, $4::uuid)'),
        ...given,
        timestamp(last.sealedAt),
        last.eventId,
      );
}

const participantRow = z.object({ participantId: z.string().transform((id) => id as ParticipantId) });

/** Where the first piece of an event's rows begins. */
export const FIRST_PARTICIPANT = '00000000-0000-0000-0000-000000000000' as ParticipantId;

/**
 * Deletes the next rows of a sealed event, in the order of their key: a piece that began anew at the first would go over all that was
 * deleted before it.
 *
 * @returns where the next piece begins; undefined when this was the last
 */
export async function deleteParticipants(
  sql: Sql,
  eventId: EventId,
  from: ParticipantId,
  limit: number,
): Promise<ParticipantId | undefined> {
  const [last] = await sql.query(
    participantRow,
    `SELECT participant_id::text AS "participantId" FROM participants
     WHERE event_id = $1::uuid AND participant_id >= $2::uuid ORDER BY participant_id OFFSET $3::int LIMIT 1`,
    eventId,
    from,
    limit - 1,
  );
  const rest = 'DELETE FROM participants WHERE event_id = $1::uuid AND participant_id >= $2::uuid';
  if (last === undefined) await sql.execute(rest, eventId, from);
  else await sql.execute(`${rest} AND participant_id <= $3::uuid`, eventId, from, last.participantId);
  return last?.participantId;
}

/** Notes that the rows of a sealed event, which is locked, have left. @returns whether they have */
export async function markEmptied(sql: Sql, eventId: EventId, emptiedAt: Instant): Promise<boolean> {
  const marked = await sql.execute(
    `UPDATE event_counts SET emptied_at = $2::timestamptz WHERE event_id = $1::uuid AND sealed_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM participants WHERE event_id = $1::uuid)`,
    eventId,
    timestamp(emptiedAt),
  );
  return marked === 1;
}
