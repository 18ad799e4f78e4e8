import type { Instant } from './values';
import type { BusinessCalendar } from './calendar';
import { addDays } from './days';
import { HOUR_IN_MS, hoursThrough, startOfHour } from './hours';

/**
 * The starts of the hours from one instant through another. Hours are those of true time: an hour that the clock shows
 * twice is two buckets, and one that it skips is none.
 */
export function hourlyBuckets(from: Instant, to: Instant): Instant[] {
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
export function dailyBuckets(
  from: Instant,
  to: Instant,
  calendar: BusinessCalendar,
  most: number,
): Instant[] {
  const firstDay = calendar.dayOf(from);
  const starts: Instant[] = [];
  for (let day = calendar.dayOf(to); day >= firstDay && starts.length < most; day = addDays(day, -1)) {
    const start = calendar.startOf(day);
    if (start !== starts.at(-1)) starts.push(start);
  }
  return starts.reverse();
}
