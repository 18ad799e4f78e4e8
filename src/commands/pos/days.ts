import { DateTime } from 'luxon';
import { localDayOf, utcMidnight } from '../../domain/days';
import type { LocalDay } from '../../domain/values';
import { CommandError } from '../fail';

const DAY_FORMS = [
  /^(?<year>\d{4})(?<separator>[-./])\s*(?<month>\d{1,2})\k<separator>\s*(?<day>\d{1,2})\.?(?<rest>.*)$/,
  /^(?<year>\d{4})\s*년\s*(?<month>\d{1,2})\s*월\s*(?<day>\d{1,2})\s*일(?<rest>.*)$/,
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?<rest>.*)$/,
];
const WEEKDAY = /^\s*\([월화수목금토일](?:요일)?\)/;
/** `14:30`, `14:30:05.123`, `오후 2:30`, `2:30 PM`, `14시 30분`. */
const TIME_FORMS = [
  /^(?<before>오전|오후|[AP]M)?\s*(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d+)?)?\s*(?<behind>[AP]M)?$/i,
  /^(?<before>오전|오후)?\s*(?<hour>\d{1,2})시(?:\s*(?<minute>\d{1,2})분(?:\s*(?<second>\d{1,2})초)?)?$/,
];
/** After an unbroken day: `143005`. */
const UNBROKEN_TIME = /^(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})?$/;
const OFFSET = /\s*(?:Z|UTC|(?:GMT|UTC)?(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2}))$/i;

/** The day and time of a sale, as the line has them. */
export interface SaleMoment {
  /** The business day that the POS assigned, also after midnight. */
  readonly day: LocalDay;
  /** `HH:MM`, because a spreadsheet may drop the seconds; empty when the line has none. */
  readonly time: string;
}

/** Reads a day as the file writes it; undefined when the text is none. */
export type DayReader = (text: string) => SaleMoment | undefined;

export interface DayWriting {
  /** How days are written, where it is none of the usual ways: `MM/DD/YY`. */
  readonly format?: string | undefined;
  /** The store's IANA zone: a time with an offset falls into a day of it. */
  readonly timeZone?: string | undefined;
}

/** @throws CommandError when the format names no year, month and day, or the zone is unknown */
export function createDayReader({ format, timeZone }: DayWriting): DayReader {
  const forms = format === undefined ? DAY_FORMS : [formOf(format)];
  if (timeZone !== undefined && !DateTime.utc().setZone(timeZone).isValid)
    throw new CommandError(`--time-zone: "${timeZone}" is no zone; name one like Asia/Seoul`);
  return (text) => readMoment(text, forms, timeZone);
}

/**
 * Reads the day of a sale as a POS writes it, with or without a time. A time with an offset could be on another day and
 * needs a zone; a year of two digits could be in any century and needs a format.
 *
 * @returns undefined when the text is no day that exists
 */
export const parseSaleMoment: DayReader = createDayReader({});

/** Reads times without an offset as UTC. A day without a time could be another one in the store's zone. */
export function readingUtc(readDay: DayReader): DayReader {
  return (text) => readDay(OFFSET.test(text.trim()) ? text : `${text.trim()}Z`);
}

/** @returns whether the text would be a day if the store's zone was known */
export function needsZone(text: string, { format }: DayWriting): boolean {
  return createDayReader({ format, timeZone: 'UTC' })(text) !== undefined;
}

/** A time of day as `HH:MM`; undefined when the text is none. Seconds are dropped as Excel drops them: not rounded. */
export function parseTime(text: string): string | undefined {
  for (const form of TIME_FORMS) {
    const found = form.exec(text)?.groups;
    if (found === undefined) continue;
    const half = (found['before'] ?? found['behind'] ?? '').toUpperCase();
    const hour = inDay(Number(found['hour']), half);
    const minute = Number(found['minute'] ?? 0);
    if (hour > 29 || minute > 59 || Number(found['second'] ?? 0) > 59) return undefined;
    return clock(hour, minute);
  }
  return undefined;
}

function readMoment(
  text: string,
  forms: readonly RegExp[],
  zone: string | undefined,
): SaleMoment | undefined {
  const plain = text.normalize('NFKC').trim();
  for (const form of forms) {
    const { year = '', month = '', day: number = '', rest = '' } = form.exec(plain)?.groups ?? {};
    if (year === '') continue;
    const day = existing(
      `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${number.padStart(2, '0')}` as LocalDay,
    );
    const moment = day && withTime(day, rest.replace(WEEKDAY, ''), zone);
    if (moment !== undefined) return moment;
  }
  return undefined;
}

function withTime(day: LocalDay, written: string, zone: string | undefined): SaleMoment | undefined {
  const offset = OFFSET.exec(written);
  const time = timeBehindDay(offset === null ? written : written.slice(0, offset.index));
  if (time === undefined) return undefined;
  if (offset === null) return { day, time };
  return zone === undefined || time === '' ? undefined : inZone(day, time, offset.groups ?? {}, zone);
}

function timeBehindDay(written: string): string | undefined {
  const text = written.replace(/^[\sT]+|\s+$/g, '');
  if (text === '') return '';
  const unbroken = UNBROKEN_TIME.exec(text)?.groups;
  if (unbroken !== undefined)
    return parseTime(`${unbroken['hour']}:${unbroken['minute']}:${unbroken['second'] ?? '00'}`);
  return /^[\sT]/.test(written) ? parseTime(text) : undefined;
}

function inZone(
  day: LocalDay,
  time: string,
  { sign = '+', hours = '0', minutes = '0' }: Partial<Record<string, string>>,
  zone: string,
): SaleMoment | undefined {
  const [hour, minute] = time.split(':').map(Number);
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const local = DateTime.fromMillis(utcMidnight(day) + (hour! * 60 + minute! - offset) * 60_000, { zone });
  return { day: local.toFormat('yyyy-MM-dd') as LocalDay, time: local.toFormat('HH:mm') };
}

/** `MM/DD/YY` as a form: letters stand for digits, all else for itself. */
function formOf(format: string): RegExp {
  const parts = { Y: 'year', M: 'month', D: 'day' } as const;
  const seen = new Set<string>();
  const source = format
    .trim()
    .toUpperCase()
    .replace(/Y+|M+|D+|[^YMD]+/g, (run) => {
      const part = parts[run[0] as keyof typeof parts] as (typeof parts)[keyof typeof parts] | undefined;
      if (part === undefined) return run.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      if (seen.has(part)) throw malformed(format);
      seen.add(part);
      if (part === 'year') return `(?<year>\\d{${run.length}})`;
      return `(?<${part}>\\d{1,2})`;
    });
  const isWhole = seen.size === 3 && [2, 4].includes(/Y+/i.exec(format)?.[0].length ?? 0);
  if (!isWhole) throw malformed(format);
  return new RegExp(`^${source}(?<rest>.*)$`);
}

function malformed(format: string): CommandError {
  return new CommandError(
    `--date-format: "${format}" must name year, month and day once each, like MM/DD/YY or DD.MM.YYYY`,
  );
}

/** Date arithmetic turns a day that its month does not have into one of the next month. */
function existing(day: LocalDay): LocalDay | undefined {
  const midnight = utcMidnight(day);
  return !Number.isNaN(midnight) && localDayOf(midnight) === day ? day : undefined;
}

function inDay(hour: number, half: string): number {
  const isMorning = half === '오전' || half === 'AM';
  const isAfternoon = half === '오후' || half === 'PM';
  if (isMorning) return hour === 12 ? 0 : hour;
  return isAfternoon && hour < 12 ? hour + 12 : hour;
}

function clock(hour: number, minute: number): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
