const DAY_MS = 86_400_000;

/** The day that an instant lies in by the clock of a time zone, as a number that grows by one each day. */
function dayOf(instant: number, timeZone: string): number {
  // Sweden writes dates as ISO 8601 does.
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(instant);
  return Date.parse(date) / DAY_MS;
}

/**
 * How many midnights lie between now and an instant; 0 when it is today, or has passed.
 *
 * @param instant RFC 3339
 */
export function daysUntil(instant: string, now: number, timeZone: string): number {
  return Math.max(0, dayOf(Date.parse(instant), timeZone) - dayOf(now, timeZone));
}

/** The last moment of what is over at an instant: what ends at midnight does not last another day. */
export const lastMomentBefore = (end: string): string => new Date(Date.parse(end) - 1).toISOString();
