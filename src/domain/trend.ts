import type { Count, Instant, TimeUnit } from './values';
import type { BusinessCalendar } from './calendar';
import type { EventFacts, HourFacts } from './facts';
import { HOUR_IN_MS, hoursThrough, startOfHour } from './instants';
import { addDays } from './days';

/** How many had taken part by the end of one bucket. */
export interface TrendPoint {
  readonly timestamp: Instant;
  readonly participantCount: Count;
}

/** The hour in which most registered. */
export interface PeakTime {
  readonly timestamp: Instant;
  readonly participantCount: Count;
}

/** How participation grew over time. */
export interface ParticipationTrend {
  readonly timeUnit: TimeUnit;
  readonly dataPoints: readonly TrendPoint[];
  readonly peakTime: PeakTime | null;
}

const HOURLY_UP_TO = 48 * HOUR_IN_MS;
const MOST_POINTS = 2000;

type Span = Pick<EventFacts, 'startAt' | 'endAt'>;

/** HOURLY for an event that lasts 48 hours or less, else DAILY. */
export function defaultTimeUnit(event: Span): TimeUnit {
  return event.endAt - event.startAt <= HOURLY_UP_TO ? 'HOURLY' : 'DAILY';
}

/**
 * How participation grew: the cumulative count at the end of each bucket, without gaps, from the bucket holding the
 * earlier of startAt and the first registration, through the last one that begins before the earlier of now and endAt,
 * or through that of the last registration when it is later. At most 2,000 points: past that HOURLY becomes DAILY, and
 * of DAILY the last 2,000 are shown.
 *
 * @param hours in any order
 * @returns without registrations, no points and no peak
 */
export function participationTrend(
  event: Span,
  hours: readonly HourFacts[],
  calendar: BusinessCalendar,
  now: Instant,
  timeUnit: TimeUnit = defaultTimeUnit(event),
): ParticipationTrend {
  const joined = hours
    .filter(({ registrations }) => registrations > 0)
    .sort((one, other) => one.hour - other.hour);
  const [first, last] = [joined[0], joined.at(-1)];
  if (first === undefined || last === undefined) return { timeUnit, dataPoints: [], peakTime: null };
  const { from, to } = shownSpan(event, first.hour, last.hour, now);
  // Counted before any is made: an event may last a hundred years.
  const unit = timeUnit === 'HOURLY' && hoursThrough(from, to) > MOST_POINTS ? 'DAILY' : timeUnit;
  const starts = unit === 'HOURLY' ? hourlyBuckets(from, to) : dailyBuckets(from, to, calendar, MOST_POINTS);
  return { timeUnit: unit, dataPoints: cumulative(starts, joined), peakTime: peakOf(joined) };
}

/** How many points there are at the most: days of a clock that is put back may be one fewer. */
export function countPoints(
  event: Span,
  firstHour: Instant,
  lastHour: Instant,
  now: Instant,
  timeUnit: TimeUnit = defaultTimeUnit(event),
): number {
  const { from, to } = shownSpan(event, firstHour, lastHour, now);
  const hours = hoursThrough(from, to);
  const isHourly = timeUnit === 'HOURLY' && hours <= MOST_POINTS;
  return isHourly ? hours : Math.min(MOST_POINTS, Math.ceil(hours / 24) + 1);
}

function shownSpan(event: Span, firstHour: Instant, lastHour: Instant, now: Instant) {
  return {
    from: Math.min(event.startAt, firstHour) as Instant,
    to: Math.max(lastInstantBefore(Math.min(now, event.endAt)), lastHour) as Instant,
  };
}

/** A bucket begins before an instant exactly when it begins at or before the millisecond ahead of it. */
function lastInstantBefore(instant: number): number {
  return instant - 1;
}

/** Walks once along the buckets and once along the hours; hours ahead of the first bucket count into it. */
function cumulative(starts: readonly Instant[], joined: readonly HourFacts[]): TrendPoint[] {
  let [count, next] = [0, 0];
  return starts.map((timestamp, position) => {
    const end = starts[position + 1] ?? Infinity;
    for (let hour = joined[next]; hour !== undefined && hour.hour < end; hour = joined[next]) {
      count += hour.registrations;
      next += 1;
    }
    return { timestamp, participantCount: count as Count };
  });
}

/** The hour with most registrations, the earliest on a tie, whether it is among the points or not. */
function peakOf(joined: readonly HourFacts[]): PeakTime {
  const peak = joined.reduce((best, hour) => (hour.registrations > best.registrations ? hour : best));
  return { timestamp: peak.hour, participantCount: peak.registrations };
}

/**
 * The starts of the hours from one instant through another. Hours are those of true time: an hour that the clock shows
 * twice is two buckets, and one that it skips is none.
 */
function hourlyBuckets(from: Instant, to: Instant): Instant[] {
  const first = startOfHour(from);
  return Array.from(
    { length: hoursThrough(from, to) },
    (_, position) => (first + position * HOUR_IN_MS) as Instant,
  );
}

/**
 * The starts of the business days from one instant through another, at most the last so many. Goes backwards, so that
 * what is not shown is not made. A day that the zone skipped has no bucket.
 */
function dailyBuckets(from: Instant, to: Instant, calendar: BusinessCalendar, most: number): Instant[] {
  const firstDay = calendar.dayOf(from);
  const starts: Instant[] = [];
  for (let day = calendar.dayOf(to); day >= firstDay && starts.length < most; day = addDays(day, -1)) {
    const start = calendar.startOf(day);
    if (start !== starts.at(-1)) starts.push(start);
  }
  return starts.reverse();
}
