import { localDayOf, utcMidnight } from '../../domain/days';
import type { LocalDay } from '../../domain/values';

const DAY_FORMS = [
  /^(?<year>\d{4})(?<separator>[-./])\s*(?<month>\d{1,2})\k<separator>\s*(?<day>\d{1,2})\.?(?<rest>.*)$/,
  /^(?<year>\d{4})\s*년\s*(?<month>\d{1,2})\s*월\s*(?<day>\d{1,2})\s*일(?<rest>.*)$/,
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?<rest>.*)$/,
];
const WEEKDAY = /^\s*\([월화수목금토일](?:요일)?\)/;
/** `14:30`, `14:30:05.123`, `오후 2:30`, `2:30 PM`, `14시 30분`, and after an unbroken day `143005`. */
const TIME =
  /^(?:[\sT]+(?:(?:오전|오후|[AP]M)\s*)?\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?(?:\s*[AP]M)?|\s+\d{1,2}시(?:\s*\d{1,2}분(?:\s*\d{1,2}초)?)?|\s*\d{4}(?:\d{2})?)?$/i;

/** The day and time of a sale, as the line has them. */
export interface SaleMoment {
  /** The business day that the POS assigned, also after midnight. */
  readonly day: LocalDay;
  /** Unparsed, without blanks; empty when the line has none. Only used to tell sales of a day apart. */
  readonly time: string;
}

/**
 * Reads the day of a sale as a POS writes it, with or without a time. A time with an offset could be on
 * another day, and a year of two digits in any century: both are rejected.
 *
 * @returns undefined when the text is no day that exists
 */
export function parseSaleMoment(text: string): SaleMoment | undefined {
  const plain = text.normalize('NFKC').trim();
  for (const form of DAY_FORMS) {
    const { year = '', month = '', day: number = '', rest = '' } = form.exec(plain)?.groups ?? {};
    const written = rest.replace(WEEKDAY, '');
    if (year === '' || !TIME.test(written)) continue;
    const day = existing(`${year}-${month.padStart(2, '0')}-${number.padStart(2, '0')}` as LocalDay);
    return day && { day, time: written.replace(/^[\sT]+|\s/gi, '').toUpperCase() };
  }
  return undefined;
}

/** Date arithmetic turns a day that its month does not have into one of the next month. */
function existing(day: LocalDay): LocalDay | undefined {
  const midnight = utcMidnight(day);
  return !Number.isNaN(midnight) && localDayOf(midnight) === day ? day : undefined;
}
