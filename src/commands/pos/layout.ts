import type { LocalDay } from '../../domain/values';
import { CommandError } from '../fail';
import { requireWonInTitles } from './amount-doubts';
import { chosenColumn, type ColumnChoice, quoteHeader } from './column-choice';
import { shown } from './column-names';
import { type Columns, readColumns } from './columns';
import { type DayReader, type DayWriting, createDayReader, readingUtc } from './days';
import { findHeader, type Header, likeliestHeader } from './header';
import type { MarkWords } from './marks';
import type { Row, Table } from './table';
import { daysNamedIn } from './title-days';
import { totalCellOf } from './total-words';

const IN_UTC = /(?<![a-z])(?:UTC|GMT)(?![a-z])(?!\s*[+-]\s*\d)/i;
const DAY_LIST = /일자별|일별|날짜별|daily/i;

/** How an export is laid out. */
export interface Layout {
  readonly table: Table;
  readonly columns: Columns;
  readonly headerRows: readonly Row[];
  /** How many lines precede the first sale: titles and the header. */
  readonly linesBefore: number;
  /** The days that the titles above the header name. */
  readonly titleDays: readonly LocalDay[];
  /** Whether a title calls it a list of days. */
  readonly isCalledDayList: boolean;
  readonly readDay: DayReader;
}

/** What is stated about an export, by options or by a layout that was kept. */
export interface Stated {
  readonly choice: ColumnChoice;
  readonly writing: DayWriting;
  readonly markWords: MarkWords;
  /** The day of all sales, where no column has it. */
  readonly day: LocalDay | undefined;
  /** Whether amounts are those of lines, or stand on each line of a receipt and are that of all. */
  readonly amounts?: 'line' | 'receipt' | undefined;
  /** What lines are that have the sum of others and no word that says so. */
  readonly sumLines?: 'leave-out' | 'sales' | undefined;
}

/**
 * Finds the header at the beginning of a file, and by it which of its tables holds the sales.
 *
 * @throws CommandError when there is none, or when it is in doubt which columns are meant
 */
export function findLayout(tables: readonly Table[], stated: Stated): Layout {
  const wanted = { choice: stated.choice, hasStatedDay: stated.day !== undefined };
  const found = tables.flatMap((table) => {
    const header = findHeader(table.beginning, wanted);
    return header === undefined ? [] : [{ table, header }];
  });
  const sheets = found.flatMap(({ table: { sheet } }) => (sheet === undefined ? [] : [sheet]));
  if (sheets.length > 1)
    throw new CommandError(
      `--sheet: ${sheets.map((sheet) => `"${sheet}"`).join(' or ')}? Say which is meant.`,
    );
  const [widest] = found.sort((one, other) => other.header.names.length - one.header.names.length);
  if (widest === undefined) throw noHeader(tables, stated);
  return layoutOf(widest.table, widest.header, stated);
}

function layoutOf(table: Table, { names, rows, end }: Header, stated: Stated): Layout {
  const readDay = createDayReader(stated.writing);
  const sample = table.beginning
    .slice(end)
    .map(({ cells }) => cells)
    .filter((cells) => cells.some((cell) => cell !== '') && totalCellOf(cells) === undefined);
  const hasStatedDay = stated.day !== undefined;
  const columns = readColumns(names, { sample, readDay, hasStatedDay, ...stated });
  if (columns === undefined) throw noHeader([table], stated);
  if (hasStatedDay && columns.day !== undefined)
    throw new CommandError(`--date: the file has the day of each sale. ${quoteHeader(names)}`);
  if (stated.amounts === 'receipt' && columns.receipt === undefined)
    throw new CommandError(
      `--amounts receipt: no column has the number of the receipt. Name it by --receipt-column. ${quoteHeader(names)}`,
    );
  const titles = table.beginning.slice(0, end - rows.length);
  requireWonInTitles(titles);
  const titleDays = daysNamedIn(titles);
  const isCalledDayList = titles.some(({ cells }) => cells.some((cell) => DAY_LIST.test(cell)));
  const found = { table, columns, headerRows: rows, linesBefore: end, titleDays, isCalledDayList };
  return { ...found, readDay: isInUtc(columns, stated.writing) ? readingUtc(readDay) : readDay };
}

/** @throws CommandError when the name of the days says that they are those of UTC, and the store's zone is not stated */
function isInUtc({ names, day }: Columns, { timeZone }: DayWriting): boolean {
  const name = day === undefined ? '' : shown(names[day]!);
  if (!IN_UTC.test(name)) return false;
  if (timeZone !== undefined) return true;
  throw new CommandError(
    `--time-zone: "${name}" is not in the store's zone: name that, as --time-zone Asia/Seoul does.`,
  );
}

function noHeader(tables: readonly Table[], { choice, day }: Stated): CommandError {
  requireChosen(tables, choice);
  if (day === undefined) {
    for (const { beginning } of tables) {
      const header = findHeader(beginning, { choice, hasStatedDay: true });
      if (header !== undefined) return noDay(beginning, header);
    }
  }
  const wanted = { choice, hasStatedDay: day !== undefined };
  const likeliest = likeliestHeader(
    tables.flatMap(({ beginning }) => beginning.slice(0, 20)),
    wanted,
  );
  return new CommandError(
    'No line among the first names both a column of days and one of amounts: name them by --date-column and ' +
      `--amount-column. ${quoteHeader(likeliest)}`,
  );
}

/** @throws CommandError when there is a header, but not the column that was chosen */
function requireChosen(tables: readonly Table[], choice: ColumnChoice): void {
  for (const { beginning } of tables) {
    const header = findHeader(beginning, { choice: {}, hasStatedDay: false });
    if (header === undefined) continue;
    if (choice.date !== undefined) chosenColumn(header.names, choice.date, 'date');
    if (choice.amount !== undefined) chosenColumn(header.names, choice.amount, 'amount');
  }
}

/** A title may name another day than that of the sales, like when it was printed: it is proposed, and not taken. */
function noDay(beginning: readonly Row[], { names, rows, end }: Header): CommandError {
  const days = daysNamedIn(beginning.slice(0, end - rows.length));
  const proposal =
    days.length === 1
      ? `The title says ${days[0]}: if all sales are of that day, say --date ${days[0]}.`
      : 'If all sales are of one day, say which by --date; else name the column by --date-column.';
  return new CommandError(`No column names the day of a sale. ${proposal} ${quoteHeader(names)}`);
}
