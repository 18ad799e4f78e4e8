import type { Database } from '../../database/database';
import { lockEvents } from '../../database/event-counts';
import {
  deleteParticipants,
  eventsThatLeave,
  FIRST_PARTICIPANT,
  type LeavingEvent,
  markEmptied,
} from '../../database/leaving-events';
import { WAITS_FOR_MONTH_DAYS } from '../../database/months/month-tables';
import { DAY_IN_MS } from '../../domain/days';
import type { EventId, Instant, ParticipantId } from '../../domain/values';
import type { Attempts } from './attempts';
import { pieceByPiece, type Pieces } from './piece-by-piece';

/** So many rows leave in one transaction: who wants the event, for a distribution or an erasure of somebody in it, waits for no more than that. */
export const ROWS_PER_PIECE = 5_000;
const EVENTS_PER_ROUND = 100;

export interface LeavingOptions extends Pieces {
  readonly database: Pick<Database, 'query' | 'transaction' | 'isDistributed'>;
  readonly now: () => Instant;
  readonly attempts: Attempts;
}

/**
 * Has the rows leave, piece by piece, of sealed events that do not leave with their month. Begun anew it goes on where it was, wherever it
 * was ended.
 */
export async function haveRegistrationsLeave(options: LeavingOptions): Promise<void> {
  const { database, now, isStopping, attempts } = options;
  const waitedSince = (now() - WAITS_FOR_MONTH_DAYS * DAY_IN_MS) as Instant;
  let last: LeavingEvent | undefined;
  for (;;) {
    const events: LeavingEvent[] = await eventsThatLeave(database, last, waitedSince, EVENTS_PER_ROUND);
    for (const { eventId } of events) {
      if (isStopping()) return;
      await attempts.to(() => haveEventLeave(options, eventId));
    }
    if (events.length < EVENTS_PER_ROUND) return;
    last = events.at(-1);
  }
}

async function haveEventLeave(options: LeavingOptions, eventId: EventId): Promise<void> {
  let from: ParticipantId | undefined = FIRST_PARTICIPANT;
  await pieceByPiece(options, async () => {
    from = await havePieceLeave(options, eventId, from!);
    return from !== undefined;
  });
}

/** @returns where the next begins; undefined when the event is done with for now */
function havePieceLeave(
  { database, now }: LeavingOptions,
  eventId: EventId,
  from: ParticipantId,
): Promise<ParticipantId | undefined> {
  return database.transaction(async (sql) => {
    // What the lock says, and not the list: the database may have gone back in between. An erasure changes rows, and so their places in
    // the order, behind this lock as well.
    const { sealed } = await lockEvents(sql, [eventId], now());
    if (!sealed.has(eventId)) return undefined;
    const next = await deleteParticipants(sql, eventId, from, ROWS_PER_PIECE);
    if (next !== undefined || (await markEmptied(sql, eventId, now()))) return next;
    // An erasure moved a row to a place before this piece; behind FIRST_PARTICIPANT there is none.
    return from === FIRST_PARTICIPANT ? undefined : FIRST_PARTICIPANT;
  });
}
