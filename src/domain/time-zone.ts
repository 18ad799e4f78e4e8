import { IANAZone } from 'luxon';
import { DAY_IN_MS } from './days';
import { HOUR_IN_MS } from './instants';

/** A span of time from `from` on, until the next one begins. Offsets and instants in milliseconds. */
export interface OffsetSpan {
  readonly from: number;
  readonly offset: number;
}

// Events lie in 2000 to 2100; sales are read up to a week ahead of them, registrations come up to a day after now.
const FIRST_HOUR = Date.UTC(1999, 11, 1);
const LAST_HOUR = Date.UTC(2101, 0, 31);
/** No zone changes its clock twice within so little; the closest lie just under a week apart. */
const STRIDE = 6 * DAY_IN_MS;

/** By zone: asking Intl for a century takes tens of milliseconds, and a start asks more than once. */
const known = new Map<string, readonly [OffsetSpan, ...OffsetSpan[]]>();

/**
 * Every offset that a zone has in the years 2000 to 2100, in order. The first and the last reach beyond.
 *
 * @throws Error when the zone is unknown, or at any time in these years is not a whole number of hours from UTC
 */
export function offsetsOf(name: string): readonly [OffsetSpan, ...OffsetSpan[]] {
  if (!IANAZone.isValidZone(name)) throw new Error(`Unknown time zone: ${JSON.stringify(name)}`);
  const spans = known.get(name) ?? findOffsets(IANAZone.create(name));
  known.set(name, spans);
  return spans;
}

function findOffsets(zone: IANAZone): readonly [OffsetSpan, ...OffsetSpan[]] {
  const offsetAt = (hour: number) => offsetWithin(zone, hour);
  let offset = offsetAt(FIRST_HOUR);
  const spans: [OffsetSpan, ...OffsetSpan[]] = [{ from: -Infinity, offset }];
  for (let hour = FIRST_HOUR; hour < LAST_HOUR; hour += STRIDE) {
    const next = offsetAt(hour + STRIDE);
    if (next !== offset) spans.push({ from: firstHourOfChange(offsetAt, hour, hour + STRIDE), offset: next });
    offset = next;
  }
  return spans;
}

/**
 * An hour has one offset, the one that holds in its middle: some zones changed their clocks at one minute past
 * midnight, and a bucket that begins on the hour cannot be cut there.
 */
function offsetWithin(zone: IANAZone, hour: number): number {
  const offset = zone.offset(hour + HOUR_IN_MS / 2) * 60_000;
  if (offset % HOUR_IN_MS === 0) return offset;
  const year = new Date(hour).getUTCFullYear();
  throw new Error(
    `Time zone ${zone.name} cannot be used: in ${year} it is not a whole number of hours from UTC`,
  );
}

/** Halves the span until the hours before and after the change are next to each other. */
function firstHourOfChange(offsetAt: (hour: number) => number, before: number, after: number): number {
  const old = offsetAt(before);
  let [low, high] = [before, after];
  while (high - low > HOUR_IN_MS) {
    const middle = low + Math.floor((high - low) / (2 * HOUR_IN_MS)) * HOUR_IN_MS;
    if (offsetAt(middle) === old) low = middle;
    else high = middle;
  }
  return high;
}
