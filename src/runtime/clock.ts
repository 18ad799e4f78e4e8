import type { Instant } from '../domain/values';

/** The one source of "now". Code that needs the time takes a clock, so that a test can set it. */
export interface Clock {
  now(): Instant;
}

/** The machine's clock, to the millisecond. */
export const systemClock: Clock = { now: () => Date.now() as Instant };

/** By how much the clocks of processes may differ that do the same work. */
const CLOCKS_DIFFER_MS = 60_000;

/** The latest instant at which something can have been dated by now. What lies behind it was dated by a wrong clock. */
export const latestBelievable = (now: Instant): Instant => (now + CLOCKS_DIFFER_MS) as Instant;

/** A clock that stands still until it is set. */
export interface SettableClock extends Clock {
  set(instant: Instant): void;
  /** @param milliseconds may be negative: real clocks are set back, too */
  advance(milliseconds: number): void;
}

/** For tests, and for replaying a scenario from the past. */
export function createSettableClock(start: Instant): SettableClock {
  let now = start;
  return {
    now: () => now,
    set: (instant) => void (now = instant),
    advance: (milliseconds) => void (now = (now + milliseconds) as Instant),
  };
}
