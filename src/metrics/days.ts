import type { LocalDay } from '../schema/values';

/** Arithmetic on calendar days, which needs no time zone. */

export const DAY_IN_MS = 86_400_000;

/** @returns the day that many days later, or earlier when negative */
export function addDays(day: LocalDay, days: number): LocalDay {
  return localDayOf(utcMidnight(day) + days * DAY_IN_MS);
}

/** @returns how many days lie from the first day to the second: 0 for the same day, negative when it is earlier */
export function daysBetween(from: LocalDay, to: LocalDay): number {
  return (utcMidnight(to) - utcMidnight(from)) / DAY_IN_MS;
}

/** @returns where midnight of that day would be if clocks showed UTC, in milliseconds */
export function utcMidnight(day: LocalDay): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** @returns the day that a clock showing this many milliseconds of UTC is in */
export function localDayOf(clock: number): LocalDay {
  return new Date(clock).toISOString().slice(0, 10) as LocalDay;
}
