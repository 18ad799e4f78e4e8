import type { Random } from './random';

/** Milliseconds. */
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const KST = 9 * HOUR;

/** How active people are in each hour of a Korean shopping day, from midnight on. */
const HOURS = [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 12, 16, 18, 14, 12, 12, 13, 16, 22, 24, 20, 14, 8, 4];
const MOST_ACTIVE = 24;

export function activityAt(moment: number): number {
  return HOURS[hourOf(moment)]!;
}

/** The hour in Korea. */
export function hourOf(moment: number): number {
  return Math.floor(((moment + KST) % DAY) / HOUR);
}

/** The day in Korea, `YYYY-MM-DD`. */
export function dayOf(moment: number): string {
  return new Date(moment + KST).toISOString().slice(0, 10);
}

/** The moment at which the day in Korea began. */
export function startOfDay(moment: number): number {
  return moment - ((moment + KST) % DAY);
}

/** A random moment between two others, most likely in hours of high activity. */
export function activeMoment(random: Random, from: number, to: number): number {
  for (;;) {
    const moment = from + Math.floor(random.next() * (to - from));
    if (random.next() * MOST_ACTIVE < activityAt(moment)) return moment;
  }
}

export function iso(moment: number): string {
  return new Date(moment).toISOString();
}
