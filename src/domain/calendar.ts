import type { Instant, LocalDay } from './values';
import { DAY_IN_MS, localDayOf, utcMidnight } from './days';
import { HOUR_IN_MS } from './instants';
import { countAhead } from './search';
import { type OffsetSpan, offsetsOf } from './time-zone';

/** No zone is further from UTC than 14 hours; the day gives room. */
const FURTHEST_OFFSET = DAY_IN_MS;

/** Days and hours as the clocks of the business time zone show them. */
export interface BusinessCalendar {
  /** The name of the zone, as it was given. */
  readonly zone: string;
  /** The day that an instant falls into. */
  dayOf(instant: Instant): LocalDay;
  /** The first instant of a day. A day that the zone skipped begins, and ends, where the next one begins. */
  startOf(day: LocalDay): Instant;
  /** The first instant of the day that now falls into. */
  startOfToday(now: Instant): Instant;
  /** What the clock shows in full hours, 0 to 23. */
  hourOfDay(instant: Instant): number;
}

/** The moment that facts are looked at from, and the clocks that tell its day. */
export interface Moment {
  readonly calendar: BusinessCalendar;
  readonly now: Instant;
}

/**
 * A calendar for an IANA zone. All offsets are looked up here, once: reading them later is a search in a short list.
 *
 * @throws Error when the zone is unknown, or in 2000 to 2100 is ever not a whole number of hours from UTC: only
 *   with whole hours are the hours that registrations are counted by the hours of the zone
 */
export function createBusinessCalendar(zone: string): BusinessCalendar {
  const spans = offsetsOf(zone);

  const clockOf = (instant: Instant) => instant + spanAt(spans, instant).offset;
  const dayOf = (instant: Instant) => localDayOf(clockOf(instant));
  const startOf = (day: LocalDay) => firstInstantAt(spans, utcMidnight(day));

  return {
    zone,
    dayOf,
    startOf,
    startOfToday: (now) => startOf(dayOf(now)),
    hourOfDay: (instant) => hourOf(clockOf(instant)),
  };
}

/** @returns the full hours that a clock showing this many milliseconds of UTC shows; of one before 1970, too */
function hourOf(clock: number): number {
  return Math.floor((clock - Math.floor(clock / DAY_IN_MS) * DAY_IN_MS) / HOUR_IN_MS);
}

/** @returns the first instant at which the clock shows this or, when that is skipped, something later */
function firstInstantAt(spans: readonly OffsetSpan[], clock: number): Instant {
  let position = positionAt(spans, clock - FURTHEST_OFFSET);
  for (;;) {
    const span = spans[position]!;
    const instant = Math.max(span.from, clock - span.offset);
    const until = spans[position + 1]?.from ?? Infinity;
    if (instant < until) return instant as Instant;
    position += 1;
  }
}

function spanAt(spans: readonly OffsetSpan[], instant: number): OffsetSpan {
  return spans[positionAt(spans, instant)]!;
}

/** @returns the position of the last span that begins at or before the instant */
function positionAt(spans: readonly OffsetSpan[], instant: number): number {
  return Math.max(countAhead(spans, ({ from }) => from <= instant) - 1, 0);
}
