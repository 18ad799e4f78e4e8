import { read, SSF, type CellObject, type WorkBook, type WorkSheet } from '@e965/xlsx';
import { CommandError } from '../../fail';
import { plainCell } from '../cells';
import type { Row, Table } from '../table';
import { MOST_COLUMNS, tooLarge } from './limits';

const SAMPLE_ROWS = 1_000;
/** As many digits as a spreadsheet keeps: further ones are of binary fractions. */
const DIGITS = 15;

/** What is used of SheetJS's number formats, whose types it leaves open. */
const numberFormats = SSF as {
  is_date(format: string): boolean;
  format(format: string, value: number): string;
  parse_date_code(
    value: number,
    options: { readonly date1904: boolean },
  ): Readonly<Record<'y' | 'm' | 'd' | 'H' | 'M' | 'S', number>> | null;
};

/** Neither formulas nor styles are wanted, only what cells hold and how numbers are written. */
const READING = {
  ...{ dense: true, raw: true, cellNF: true },
  ...{ cellText: false, cellFormula: false, cellHTML: false, cellStyles: false },
} as const;

/**
 * The sheets of a workbook as tables.
 *
 * @param content bytes, or the text of a web page
 * @param description what it was read as
 * @throws CommandError when it is damaged or has no such sheet
 */
export function workbookTables(
  content: Buffer | string,
  description: string,
  wantedSheet: string | undefined,
): readonly Table[] {
  const workbook = readWorkbook(content);
  const names = chosenSheets(workbook.SheetNames, wantedSheet);
  const is1904 = workbook.Workbook?.WBProps?.date1904 === true;
  return names.map((sheet) => {
    const rows = rowsOf(workbook.Sheets[sheet]!, is1904);
    return {
      description:
        names.length < workbook.SheetNames.length ? `${description}, sheet "${sheet}"` : description,
      sheet,
      beginning: rows.slice(0, SAMPLE_ROWS),
      rows: () => rows,
    };
  });
}

function readWorkbook(content: Buffer | string): WorkBook {
  try {
    return read(content, { ...READING, type: typeof content === 'string' ? 'string' : 'buffer' });
  } catch (cause) {
    throw new CommandError('The workbook is damaged: it cannot be read.', { cause });
  }
}

function chosenSheets(names: readonly string[], wanted: string | undefined): readonly string[] {
  if (wanted === undefined) return names;
  const found = names.find((name) => name.trim() === wanted.trim()) ?? names[Number(wanted) - 1];
  if (found === undefined)
    throw new CommandError(`--sheet: there is no "${wanted}". The sheets are: ${names.join(' | ')}`);
  return [found];
}

/** The rows that hold anything, all of one width, with the numbers that a spreadsheet shows. */
function rowsOf(sheet: WorkSheet, is1904: boolean): readonly Row[] {
  const cells: readonly (readonly (CellObject | undefined)[] | undefined)[] = sheet['!data'] ?? [];
  let width = 0;
  for (const row of cells) width = Math.max(width, row?.length ?? 0);
  if (width > MOST_COLUMNS) throw tooLarge(`has more than ${MOST_COLUMNS} columns`);
  const merged = mergedCells(sheet);
  return cells.flatMap((row, index) => {
    if (row === undefined) return [];
    const texts = Array.from({ length: width }, (_, column) => textOf(row[column], is1904));
    return [{ number: index + 1, cells: texts, mergedWithAbove: merged.get(index) }];
  });
}

/** By row: the columns whose cell is the lower part of a merged one. */
function mergedCells(sheet: WorkSheet): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  for (const { s: start, e: end } of sheet['!merges'] ?? []) {
    for (let row = start.r + 1; row <= end.r; row += 1) {
      const columns = found.get(row) ?? new Set();
      columns.add(start.c);
      found.set(row, columns);
    }
  }
  return found;
}

function textOf(cell: CellObject | undefined, is1904: boolean): string {
  const value = cell?.v;
  if (cell === undefined || value === undefined) return '';
  // The value of an error is a number, too: its code.
  if (cell.t === 'e') return '#ERROR';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value !== 'number') return plainCell(String(value));
  const format = typeof cell.z === 'string' ? cell.z : '';
  const isDay = format !== '' && numberFormats.is_date(format);
  // A share is what is shown, as that alone is in the CSV which a spreadsheet saves.
  if (!isDay && format.includes('%')) return numberFormats.format(format, value).trim();
  return (
    (isDay ? dayText(value, { format, is1904 }) : undefined) ?? String(Number(value.toPrecision(DIGITS)))
  );
}

/**
 * A number that is shown as a day or a time: days since 1900, or since 1904, and a fraction of the day. Midnight is a time where
 * times are shown.
 *
 * @returns undefined when no day has the number: it is negative, or too large
 */
function dayText(
  value: number,
  { format, is1904 }: { readonly format: string; readonly is1904: boolean },
): string | undefined {
  const parts = numberFormats.parse_date_code(value, { date1904: is1904 });
  if (parts === null) return undefined;
  const { y, m, d, H, M, S } = parts;
  const [day, time] = [[y, m, d].map(twoDigits).join('-'), [H, M, S].map(twoDigits).join(':')];
  if (value < 1) return time;
  return Number.isInteger(value) && !showsTime(format) ? day : `${day} ${time}`;
}

/** What stands in quotes or brackets is no part of a time. */
function showsTime(format: string): boolean {
  return /[hs]/i.test(format.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ''));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
