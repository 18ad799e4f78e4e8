import { localDayOf, utcMidnight } from '../../metrics/days';
import type { LocalDay } from '../../schema/values';

const DAY_FORMS = [
  /^(?<year>\d{4})(?<separator>[-./])\s*(?<month>\d{1,2})\k<separator>\s*(?<day>\d{1,2})\.?(?<rest>.*)$/,
  /^(?<year>\d{4})\s*년\s*(?<month>\d{1,2})\s*월\s*(?<day>\d{1,2})\s*일(?<rest>.*)$/,
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?<rest>.*)$/,
];
const WEEKDAY = /^\s*\([월화수목금토일](?:요일)?\)/;
/** `14:30`, `14:30:05.123`, `오후 2:30`, `2:30 PM`, `14시 30분`, and after an unbroken day `143005`. */
const TIME =
  /^(?:[\sT]+(?:(?:오전|오후|[AP]M)\s*)?\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?(?:\s*[AP]M)?|\s+\d{1,2}시(?:\s*\d{1,2}분(?:\s*\d{1,2}초)?)?|\s*\d{4}(?:\d{2})?)?$/i;

/**
 * Reads the day of a sale as a POS writes it, with or without the time, which is dropped: the day is the one that the
 * POS has put the sale under, also after midnight. A time with an offset would name another day elsewhere, and a year
 * of two digits any century: both are refused.
 *
 * @returns undefined when the text is no day that exists
 */
export function parseSaleDay(text: string): LocalDay | undefined {
  const plain = text.normalize('NFKC').trim();
  for (const form of DAY_FORMS) {
    const { year = '', month = '', day = '', rest = '' } = form.exec(plain)?.groups ?? {};
    if (year === '' || !TIME.test(rest.replace(WEEKDAY, ''))) continue;
    return existing(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` as LocalDay);
  }
  return undefined;
}

/** A day that its month does not have comes back as one of the next. */
function existing(day: LocalDay): LocalDay | undefined {
  const midnight = utcMidnight(day);
  return !Number.isNaN(midnight) && localDayOf(midnight) === day ? day : undefined;
}
