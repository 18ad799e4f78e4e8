import type { Instant } from './values';

export const HOUR_IN_MS = 3_600_000;

/** @returns the start of the hour that an instant falls into: the same in every zone of whole hours */
export function startOfHour(instant: Instant): Instant {
  return (Math.floor(instant / HOUR_IN_MS) * HOUR_IN_MS) as Instant;
}

/** @returns how many hours there are from the one holding an instant through the one holding another */
export function hoursThrough(from: Instant, to: Instant): number {
  return (startOfHour(to) - startOfHour(from)) / HOUR_IN_MS + 1;
}
