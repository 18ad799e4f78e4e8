import type { Database } from '../../database/database';
import { lockEvents } from '../../database/event-counts';
import {
  deleteParticipants,
  eventsThatLeave,
  FIRST_PARTICIPANT,
  markEmptied,
  tryLockRetention,
} from '../../database/sealed-events';
import { daysThatLeave, deleteSales, markLeft } from '../../database/sealed-days';
import type { EventId, Instant, ParticipantId } from '../../domain/values';

/** So many rows leave in one transaction: who wants the event, for a distribution or an erasure of somebody in it, waits for no more than that. */
export const ROWS_PER_PIECE = 5_000;
const EVENTS_PER_ROUND = 100;
const STORES_PER_ROUND = 100;

export interface LeavingOptions {
  readonly database: Pick<Database, 'query' | 'transaction'>;
  readonly now: () => Instant;
  /** Whether to begin no further piece: what has left by then stays away, and the rest leaves the next time. */
  readonly isStopping: () => boolean;
}

/** Has the rows of sealed events leave, piece by piece. Begun anew it goes on where it was, wherever it was ended. */
export async function haveRegistrationsLeave(options: LeavingOptions): Promise<void> {
  let events: EventId[];
  do {
    events = await eventsThatLeave(options.database, EVENTS_PER_ROUND);
    for (const eventId of events) if (!(await haveEventLeave(options, eventId))) return;
  } while (events.length === EVENTS_PER_ROUND);
}

/** @returns whether all of it has left; not when this process is to stop, or another is at it */
async function haveEventLeave(
  { database, now, isStopping }: LeavingOptions,
  eventId: EventId,
): Promise<boolean> {
  let from: ParticipantId | undefined = FIRST_PARTICIPANT;
  while (from !== undefined) {
    if (isStopping()) return false;
    const piece: ParticipantId = from;
    const done = await database.transaction(async (sql) => {
      if (!(await tryLockRetention(sql))) return undefined;
      // An erasure changes rows, and so their places in the order, behind this lock.
      await lockEvents(sql, [eventId], now());
      return { next: await deleteParticipants(sql, eventId, piece, ROWS_PER_PIECE) };
    });
    if (done === undefined) return false;
    from = done.next;
  }
  return database.transaction((sql) => markEmptied(sql, eventId, now()));
}

/** Has the sales of sealed days leave, in the same way. */
export async function haveSalesLeave({ database, isStopping }: Omit<LeavingOptions, 'now'>): Promise<void> {
  for (;;) {
    const days = await daysThatLeave(database, STORES_PER_ROUND);
    if (days.length === 0) return;
    let hasMore = true;
    while (hasMore) {
      if (isStopping()) return;
      const done = await database.transaction(async (sql) => {
        if (!(await tryLockRetention(sql))) return undefined;
        return { hasMore: await deleteSales(sql, days, ROWS_PER_PIECE) };
      });
      if (done === undefined) return;
      hasMore = done.hasMore;
    }
    await database.transaction((sql) => markLeft(sql, days));
  }
}
