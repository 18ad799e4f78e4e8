import { parseInstant } from '../../domain/instants';
import { CommandError } from '../fail';
import { DAY, startOfDay } from './moments';

/** What is simulated, and how fast. */
export interface SimulationOptions {
  readonly seed: number;
  readonly stores: number;
  readonly events: number;
  /** Registrations a second, without duplicates. */
  readonly rate: number;
  readonly durationMs: number;
  /** The simulated time, in milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

export interface GivenOptions {
  readonly seed: string;
  readonly stores: string;
  readonly events: string;
  readonly rate: string;
  readonly duration: string;
  readonly days: string;
  readonly start?: string;
}

/** @throws CommandError with the option's name and what it may be */
export function readSimulation(given: GivenOptions, now: number): SimulationOptions {
  const days = wholeNumber('--days', given.days, 1, 365);
  const from = readStart(given.start, startOfDay(now) - days * DAY);
  const until = from + days * DAY;
  if (until > now) {
    const latest = new Date(now - days * DAY).toISOString();
    throw new CommandError(
      `--start: the ${days} days that begin there must have passed: at the latest ${latest}`,
    );
  }
  return {
    seed: wholeNumber('--seed', given.seed, 0, 999_999_999),
    stores: wholeNumber('--stores', given.stores, 1, 10_000),
    events: wholeNumber('--events', given.events, 1, 50_000),
    rate: wholeNumber('--rate', given.rate, 1, 100_000),
    durationMs: readDuration(given.duration),
    from,
    until,
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new CommandError(`${option}: must be a whole number from ${least} to ${most}`);
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;
const LONGEST_MS = 24 * UNITS.h;

function readDuration(text: string): number {
  const { count, unit } = /^(?<count>\d{1,6})(?<unit>[smh])$/.exec(text)?.groups ?? {};
  const duration = unit === undefined ? 0 : Number(count) * UNITS[unit as keyof typeof UNITS];
  if (duration > 0 && duration <= LONGEST_MS) return duration;
  throw new CommandError('--duration: must be like 30s, 5m or 2h, and at most 24h');
}

const YEAR_2000 = Date.UTC(2000, 0, 2);

function readStart(text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  const instant = parseInstant(text);
  if (instant !== undefined && instant >= YEAR_2000 + 30 * DAY) return instant;
  throw new CommandError(
    '--start: must be an instant like 2026-03-02T00:00:00+09:00, not before February 2000',
  );
}
