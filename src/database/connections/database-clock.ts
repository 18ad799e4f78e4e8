import type { Instant } from '../../domain/values';
import type { Clock } from '../../runtime/clock';

/** One look at the database's clock, and between which moments of this process's own it was taken, in milliseconds. */
export interface ClockReading {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** Since 1970. */
  readonly databaseNow: number;
}

export interface DatabaseClock extends Clock {
  correct(reading: ClockReading): void;
}

/**
 * Tells the database's time without asking for it: this process's monotonic clock plus an offset. Whatever the wall
 * clock of the machine says, all processes on one database agree to within a round trip.
 *
 * The database looked at its clock at some moment between question and answer, so each reading says between which two
 * values the offset lies. It is moved no further than into that interval: a slow answer says little and changes nothing.
 */
export function createDatabaseClock(
  first: ClockReading,
  monotonic: () => number = () => performance.now(),
): DatabaseClock {
  let offset = first.databaseNow - (first.sentAt + first.receivedAt) / 2;
  return {
    now: () => Math.floor(monotonic() + offset) as Instant,
    correct({ sentAt, receivedAt, databaseNow }) {
      offset = Math.min(Math.max(offset, databaseNow - receivedAt), databaseNow - sentAt);
    },
  };
}
