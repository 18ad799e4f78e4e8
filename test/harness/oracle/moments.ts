/** Time as the shop's clock shows it. The oracle knows one zone, which never changes its clocks: Asia/Seoul. */

export const ZONE = 'Asia/Seoul';
const AHEAD_OF_UTC = 9 * 3_600_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** An RFC 3339 instant in milliseconds, whatever lies below a millisecond cut off. */
export function instantOf(text: string): number {
  return Date.parse(text.toUpperCase().replace(/(\.\d{3})\d+/, '$1'));
}

/** Days are numbered from 1970-01-01. */
export function dayNumber(instant: number): number {
  return Math.floor((instant + AHEAD_OF_UTC) / DAY);
}

export function dayNumberOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY;
}

export function startOfDay(day: number): number {
  return day * DAY - AHEAD_OF_UTC;
}

export function startOfHour(instant: number): number {
  return Math.floor(instant / HOUR) * HOUR;
}

/** What the shop's clock shows, 0 to 23. */
export function hourShown(instant: number): number {
  return Math.floor((instant + AHEAD_OF_UTC) / HOUR) % 24;
}

/** As the contract writes instants: UTC, with seconds. */
export function written(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}
