import { parseWon } from './amounts';
import { type DayReader, parseTime } from './days';

/** How Excel keeps a number as text: `="0001"`. */
const TEXT_FORMULA = /^=\s*"((?:[^"]|"")*)"$/;
/** How a spreadsheet marks a number as text: `'0001`. */
const TEXT_MARK = /^'(?=\d)/;
const WHOLE_NUMBER = /^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?$/;
const DECIMAL = /^[+-]?(?:\d*|\d{1,3}(?:,\d{3})+)\.\d+$/;
const SHARE = /^([+-]?\d+(?:\.\d+)?)\s?%$/;
const YES_OR_NO = /^(?:true|false)$/i;
/** A long number as Excel shows and saves it: its last digits are lost. */
const SHORTENED = /^\d(?:\.\d+)?E\+\d+$/i;
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const MADE_DAY = new RegExp(`^(?:\\d{1,2}월\\s?\\d{1,2}일|\\d{1,2}-${MONTH}|${MONTH}-\\d{1,2})$`, 'i');

/** What a cell says, without the ways of spreadsheets to say that it is text. */
export function plainCell(cell: string): string {
  const trimmed = cell.trim();
  const text = TEXT_FORMULA.exec(trimmed)?.[1]?.replaceAll('""', '"') ?? trimmed.replace(TEXT_MARK, '');
  return text.trim().normalize('NFC');
}

/** A number as one value however it is spelt: `0001` is `1`; anything with other characters is left as it is. */
export function numberByValue(cell: string): string {
  const plain = cell.normalize('NFKC').trim();
  return WHOLE_NUMBER.test(plain)
    ? plain
        .replaceAll(',', '')
        .replace(/\.0+$/, '')
        .replace(/^0+(?=\d)/, '')
    : plain;
}

/**
 * What a cell means, in one spelling: a day with its time to the minute, a time to the minute, a number by its value. A
 * spreadsheet that opens and saves a file spells all of these anew.
 */
export function meaningOf(cell: string, readDay: DayReader): string {
  const plain = cell.normalize('NFKC').replace(/\s+/g, ' ').trim();
  if (plain === '') return '';
  const moment = readDay(plain);
  if (moment !== undefined) return [moment.day, moment.time].filter((part) => part !== '').join(' ');
  const time = parseTime(plain);
  if (time !== undefined) return time;
  const won = parseWon(plain);
  if (won !== undefined) return String(won);
  if (YES_OR_NO.test(plain)) return plain.toUpperCase();
  const share = SHARE.exec(plain)?.[1];
  if (share !== undefined) return `${Number(share)}%`;
  return DECIMAL.test(plain) ? String(Number(plain.replaceAll(',', ''))) : numberByValue(plain);
}

/** A number in two parts, as Excel shows and saves it once it has taken it for a day: `3-2` is `3월 2일`. */
export function isNumberMadeDay(cell: string): boolean {
  return MADE_DAY.test(cell.normalize('NFKC').trim());
}

export function isShortenedNumber(cell: string): boolean {
  return SHORTENED.test(cell);
}
