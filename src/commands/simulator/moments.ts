import type { Random } from './random';

/** Milliseconds. */
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const KST = 9 * HOUR;

/** How lively each hour of a Korean shopping day is, from midnight on. */
const HOURS = [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 12, 16, 18, 14, 12, 12, 13, 16, 22, 24, 20, 14, 8, 4];
const LIVELIEST = 24;

export function liveliness(moment: number): number {
  return HOURS[hourOf(moment)]!;
}

/** What a clock in Korea shows. */
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

/** A moment between two others, in the hours in which people are about. */
export function believableMoment(random: Random, from: number, to: number): number {
  for (;;) {
    const moment = from + Math.floor(random.next() * (to - from));
    if (random.next() * LIVELIEST < liveliness(moment)) return moment;
  }
}

export function iso(moment: number): string {
  return new Date(moment).toISOString();
}
