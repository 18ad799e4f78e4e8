import type { LocalDay } from '../../domain/values';
import { day as saleDate, signedKrw } from '../../workers/messages/fields';
import { parseWon } from './amounts';
import { isShortenedNumber } from './cells';
import { isOtherMoney } from './currencies';
import { shown } from './column-names';
import type { Columns } from './columns';
import { type DayReader, type DayWriting, needsZone, type SaleMoment } from './days';
import { UNREADABLE } from './encoding';
import { fillDown, namesSomething } from './fill-down';
import { identityOf, otherCells, receiptOf } from './identity';
import { isCode, type Mark } from './marks';
import type { BadLine, Sale, SaleLine, TotalLine } from './sale-line';
import type { Row } from './table';
import { totalWordOf } from './total-words';

export interface ReadingOptions {
  readonly columns: Columns;
  /** The rows of the header, which may be repeated. */
  readonly headerRows: readonly Row[];
  readonly readDay: DayReader;
  readonly writing: DayWriting;
  /** The day of all sales, where no column has it. */
  readonly statedDay: LocalDay | undefined;
  /** A sale after this day is an error. */
  readonly today: LocalDay;
  /** What a line marked as a refund means: money given back, or the sale itself, cancelled. */
  readonly refunds: 'subtract' | 'leave-out';
}

const LONGEST_QUOTE = 40;

/**
 * Reads the lines of an export in their order, each in the light of the one above it.
 *
 * @returns what a line says: one thing, or a sale and what was given back of it
 */
export function createLineReader(options: ReadingOptions): (row: Row) => readonly SaleLine[] {
  const { columns, headerRows } = options;
  let above: readonly string[] | undefined;
  let aboveReceipt: string | undefined;
  const amounts = createAmountPlaces();

  function readSale(row: Row): readonly SaleLine[] {
    const cells = fillDown(row, columns, above);
    const problem = unusable(cells, columns);
    if (problem !== undefined) return [problem];
    const receipt = receiptKey(cells, columns, options);
    const isContinued = receipt !== undefined && receipt === aboveReceipt;
    if (isContinued && (cells[columns.amount] ?? '') === '' && amounts.mayContinue())
      return [{ kind: 'continued' }];
    const lines = readCells(cells, options);
    if (isContinued && lines.some(({ kind }) => kind === 'sale')) amounts.inFurtherLine();
    above = lines.some(({ kind }) => kind === 'bad') ? undefined : cells;
    aboveReceipt = above === undefined ? undefined : receipt;
    return lines;
  }

  return (row) => {
    const { cells } = row;
    if (cells.every((cell) => cell === '')) return [{ kind: 'blank' }];
    if (headerRows.some((header) => isAlike(header.cells, cells))) return [{ kind: 'header' }];
    const total = readTotal(cells, options);
    if (total !== undefined) {
      [above, aboveReceipt] = [undefined, undefined];
      return [total];
    }
    return readSale(row);
  };
}

/** Where amounts stand: once for a receipt, or in each of its lines. A file that does both leaves it open which amounts are missing. */
function createAmountPlaces(): { mayContinue(): boolean; inFurtherLine(): void } {
  let isInFurtherLines = false;
  let isOnce = false;
  return {
    mayContinue: () => (isOnce = !isInFurtherLines),
    inFurtherLine: () => (isInFurtherLines = !isOnce || isInFurtherLines),
  };
}

function readTotal(cells: readonly string[], { columns, readDay }: ReadingOptions): TotalLine | undefined {
  const named = cells.find((cell) => totalWordOf(cell) !== undefined) ?? '';
  const word = totalWordOf(named);
  if (word === undefined) return undefined;
  const name = named.normalize('NFKC').replace(/[^\p{L}]/gu, '');
  const amount = parseWon(cells[columns.amount] ?? '');
  const refunded =
    columns.refundAmount === undefined ? 0 : (parseWon(cells[columns.refundAmount] ?? '') ?? 0);
  const day = columns.day === undefined ? undefined : readDay(cells[columns.day] ?? '')?.day;
  return {
    ...{ kind: 'total', word, name, day },
    amount: amount === undefined ? undefined : amount - Math.abs(refunded),
  };
}

/** What makes a line unusable before any of its cells is read. */
function unusable(cells: readonly string[], columns: Columns): BadLine | undefined {
  if (cells.some((cell) => cell.includes(UNREADABLE)))
    return bad('holds bytes that are no character of the encoding');
  const width = columns.names.length;
  if (cells.length < width || cells.slice(width).some((cell) => cell !== ''))
    return bad(`has ${cells.length} columns where the header has ${width}`);
  const receipt = columns.receipt === undefined ? undefined : cells[columns.receipt];
  if (receipt === '' && !namesSomething(cells, columns))
    return bad('has figures and no receipt: if it is a sum over other lines, take it out');
  return undefined;
}

function readCells(cells: readonly string[], options: ReadingOptions): readonly SaleLine[] {
  const { columns, refunds } = options;
  const moment = readMoment(cells, options);
  if ('kind' in moment) return [moment];
  const money = columns.currencies.find((column) => isOtherMoney(cells[column] ?? ''));
  if (money !== undefined) return [unreadable(cells, columns, money, 'is not won')];
  const amount = parseWon(cells[columns.amount] ?? '');
  if (amount === undefined || !signedKrw.safeParse(amount).success)
    return [unreadable(cells, columns, columns.amount, 'is no whole amount of won up to 10^12')];
  const mark = readMark(cells, columns);
  if (typeof mark === 'object') return [mark];
  if (mark === 'left-out' || (mark === 'refunded' && refunds === 'leave-out')) return [{ kind: 'cancelled' }];
  const won = mark === 'refunded' && amount > 0 ? -amount : amount;
  const shortened = shortenedNumber(cells, columns);
  if (shortened !== undefined) return [shortened];
  const refund = readRefund(cells, columns);
  if (typeof refund === 'object') return [refund];
  if (refund !== 0 && (won < 0 || mark === 'refunded')) return [takenTwice(cells, columns, mark)];
  const toSale = (taken: number, ...of: string[]): Sale => ({
    ...{ kind: 'sale', day: moment.day, amount: taken },
    identity: [...identityOf(cells, columns, moment, taken, options.readDay), ...of],
    receipt: receiptKey(cells, columns, options),
    stores: columns.stores.map((column) => cells[column] ?? ''),
  });
  return refund === 0 ? [toSale(won)] : [toSale(won), toSale(-refund, 'refunded')];
}

/** A refund, with what was given back beside it. */
function takenTwice(cells: readonly string[], columns: Columns, mark: Mark): BadLine {
  const isMarked = mark === 'refunded';
  return doubt(
    `${isMarked ? 'is marked as a refund' : 'has a negative amount'}, and ${quoted(cells, columns, columns.refundAmount!)}: ` +
      `it would be taken off twice. Say ${isMarked ? '--refund-column none, or ' : ''}--refund-amount-column none`,
  );
}

function readMoment(cells: readonly string[], options: ReadingOptions): SaleMoment | BadLine {
  const { columns, statedDay, readDay, writing, today } = options;
  if (columns.day === undefined)
    return statedDay === undefined ? bad('has no day') : { day: statedDay, time: '' };
  const cell = cells[columns.day] ?? '';
  const moment = readDay(cell);
  const problem = (text: string): BadLine => unreadable(cells, columns, columns.day!, text);
  if (moment === undefined && needsZone(cell, writing))
    return problem("has an offset: name the store's zone, as --time-zone Asia/Seoul does");
  if (moment === undefined || !saleDate.safeParse(moment.day).success)
    return problem(
      `is no day of the years 2000 to 2100${writing.format === undefined ? '' : ` written ${writing.format}`}`,
    );
  return moment.day > today ? problem('lies ahead') : moment;
}

/** What the marks say together: those that are empty say nothing, the others must agree. */
function readMark(cells: readonly string[], columns: Columns): Mark | BadLine {
  let said: { readonly mark: Mark; readonly column: number } | undefined;
  for (const { column, read } of columns.marks) {
    const cell = cells[column] ?? '';
    const mark = read(cell);
    if (mark === undefined) return unknownMark(cells, columns, column);
    if (cell === '') continue;
    if (said !== undefined && said.mark !== mark)
      return doubt(
        `${quoted(cells, columns, said.column)}, and ${quoted(cells, columns, column)}: ` +
          'say by --refund-column which of them tells refunds',
      );
    said ??= { mark, column };
  }
  return said?.mark ?? 'sold';
}

/** A code leaves a doubt: the line is a sale or a refund, and skipping it would count it as neither. */
function unknownMark(cells: readonly string[], columns: Columns, column: number): BadLine {
  const problem = 'says neither that it was sold nor refunded';
  return isCode(cells[column] ?? '')
    ? doubt(`${quoted(cells, columns, column)} ${problem}: say in a layout (marks) what it means`)
    : unreadable(cells, columns, column, problem);
}

/** @returns what was given back of the line's amount, in won */
function readRefund(cells: readonly string[], columns: Columns): number | BadLine {
  const { refundAmount, refundAmountsInDoubt } = columns;
  for (const column of refundAmount === undefined ? refundAmountsInDoubt : [refundAmount]) {
    const cell = cells[column] ?? '';
    const amount = cell === '' ? 0 : parseWon(cell);
    if (amount === undefined || !signedKrw.safeParse(amount).success)
      return unreadable(cells, columns, column, 'is no whole amount of won up to 10^12');
    if (column === refundAmount) return Math.abs(amount);
    if (amount === 0) continue;
    return doubt(
      `${quoted(cells, columns, column)}: is it to be taken off? ` +
        `Say --refund-amount-column "${shown(columns.names[column]!)}", or none`,
    );
  }
  return 0;
}

/** A line is told from others by what it says, so a number without its last digits would make it another sale. */
function shortenedNumber(cells: readonly string[], columns: Columns): BadLine | undefined {
  const receipt = receiptOf(cells, columns);
  const telling = receipt === undefined ? otherCells(cells, columns) : [receipt.till, receipt.number];
  const found = telling.find(isShortenedNumber);
  return found === undefined
    ? undefined
    : bad(`"${found}" has lost digits in a spreadsheet: import the file as it was exported`);
}

function receiptKey(
  cells: readonly string[],
  columns: Columns,
  { readDay }: Pick<ReadingOptions, 'readDay'>,
): string | undefined {
  const receipt = receiptOf(cells, columns);
  if (receipt === undefined) return undefined;
  const day = columns.day === undefined ? '' : (readDay(cells[columns.day] ?? '')?.day ?? '');
  return [day, receipt.till, receipt.number].join(' ');
}

function isAlike(one: readonly string[], other: readonly string[]): boolean {
  const length = Math.max(one.length, other.length);
  return Array.from({ length }).every((_, index) => (one[index] ?? '') === (other[index] ?? ''));
}

function unreadable(cells: readonly string[], columns: Columns, column: number, problem: string): BadLine {
  const isEmpty = (cells[column] ?? '') === '';
  return bad(
    isEmpty ? `${shown(columns.names[column]!)}: is empty` : `${quoted(cells, columns, column)} ${problem}`,
  );
}

function quoted(cells: readonly string[], { names }: Columns, column: number): string {
  const cell = cells[column] ?? '';
  const text = cell.length > LONGEST_QUOTE ? `${cell.slice(0, LONGEST_QUOTE)}…` : cell;
  return `${shown(names[column]!)}: "${text}"`;
}

function bad(problem: string): BadLine {
  return { kind: 'bad', problem };
}

function doubt(problem: string): BadLine {
  return { kind: 'bad', problem, isDoubt: true };
}
