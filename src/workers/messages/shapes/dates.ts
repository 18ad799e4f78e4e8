import type { MessageShape } from '../../../config/message-shapes';
import { parseInstant } from '../../../domain/instants';
import { instantsAt } from '../../../domain/local-time';
import { rejected, type Rejection } from '../rejection';

type Dates = Pick<MessageShape, 'numericInstants' | 'zone'>;

/** A date or time as the plain form has it, or what was there: then the field's own rule says what is wrong with it. */
export type Converted = { readonly kind: 'converted'; readonly value: unknown } | Rejection;

/**
 * An instant as the plain form writes it, from a number or from a local time (text, or the array of Jackson). What a
 * sender does not write by this shape stays as it is.
 *
 * @returns a rejection without a place for a local time that the zone does not have, or has twice, and for an array that is none
 */
export function toInstant(value: unknown, { numericInstants, zone }: Dates): Converted {
  if (typeof value === 'number' && numericInstants !== 'refused')
    return converted(written(Math.floor(numericInstants === 'seconds' ? value * 1_000 : value)) ?? value);
  if (zone === undefined) return converted(value);
  const clock = Array.isArray(value) ? clockOfArray(value) : clockOfText(value);
  if (clock === undefined) return converted(value);
  if (typeof clock === 'object') return clock;
  const [instant, ...others] = instantsAt(zone, clock);
  if (instant === undefined) return rejected(`must not be a local time that ${zone} passes over`);
  if (others.length > 0) return rejected(`must not be a local time that ${zone} has twice`);
  return converted(written(instant) ?? value);
}

/** A day as the plain form writes it, from the array of Jackson. */
export function toDay(value: unknown, { zone }: Dates): Converted {
  const numbers =
    zone !== undefined && Array.isArray(value) && value.length === 3 ? wholes(value) : undefined;
  if (numbers === undefined) return converted(value);
  const [year = 0, month = 0, day = 0] = numbers;
  return converted(`${digits(year, 4)}-${digits(month)}-${digits(day)}`);
}

const converted = (value: unknown): Converted => ({ kind: 'converted', value });

const YEAR_10000 = Date.UTC(10_000, 0, 1);

/** @returns undefined for what RFC 3339 cannot write */
function written(instant: number): string | undefined {
  return instant >= 0 && instant < YEAR_10000 ? new Date(instant).toISOString() : undefined;
}

/** Jackson leaves out seconds that are 0, and the nanoseconds behind them. */
const LOCAL = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;
const WITHOUT_SECONDS = /^.{10}[Tt]\d\d:\d\d$/;

/** What a clock shows, in milliseconds of UTC; undefined for what is no local time. */
function clockOfText(value: unknown): number | undefined {
  if (typeof value !== 'string' || !LOCAL.test(value)) return undefined;
  return parseInstant(`${value}${WITHOUT_SECONDS.test(value) ? ':00' : ''}Z`);
}

/** What Jackson's array of a local time holds, in its order. It leaves out the last two where they are 0. */
const PARTS = [
  ['year', 0, 9_999],
  ['month', 1, 12],
  ['day', 1, 31],
  ['hour', 0, 23],
  ['minute', 0, 59],
  ['second', 0, 59],
  ['nanosecond', 0, 999_999_999],
] as const;
const FEWEST_PARTS = 5;

function clockOfArray(value: readonly unknown[]): number | Rejection {
  if (value.length < FEWEST_PARTS || value.length > PARTS.length)
    return noLocalTime(`it has ${value.length}`);
  const odd = PARTS.find(
    ([, least, most], place) => place < value.length && !isWhole(value[place], least, most),
  );
  if (odd !== undefined) return noLocalTime(`its ${odd[0]} is not from ${odd[1]} to ${odd[2]}`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, nano = 0] = wholes(value) ?? [];
  const date = `${digits(year, 4)}-${digits(month)}-${digits(day)}`;
  const clock = parseInstant(
    `${date}T${digits(hour)}:${digits(minute)}:${digits(second)}.${digits(nano, 9)}Z`,
  );
  return clock ?? noLocalTime('its month has no such day');
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

const noLocalTime = (why: string): Rejection =>
  rejected(
    `as an array must be ${FEWEST_PARTS} to ${PARTS.length} whole numbers from year to nanosecond (${why})`,
  );

function wholes(value: readonly unknown[]): readonly number[] | undefined {
  const numbers = value.filter((each): each is number => Number.isInteger(each) && Number(each) >= 0);
  return numbers.length === value.length ? numbers : undefined;
}

const digits = (value: number, width = 2): string => String(value).padStart(width, '0');
