import type { LocalDay } from '../../domain/values';
import { day as saleDate, signedKrw } from '../../workers/messages/fields';
import { parseWon } from './amounts';
import { bad, doubt, quoted, unreadable } from './bad-lines';
import { isNumberMadeDay, isShortenedNumber } from './cells';
import { formsOf, OF_NUMBERS, shown } from './column-names';
import type { Columns } from './columns';
import { isOtherMoney } from './currencies';
import { type DayReader, type DayWriting, needsZone, type SaleMoment } from './days';
import { identityOf, otherCells, receiptOf } from './identity';
import type { Mark } from './marks';
import type { BadLine, Sale, SaleLine } from './sale-line';
import { untoldRefund } from './untold-refunds';

/** `10/01/26`: which part is the year, and which the month, is not known. */
const ORDER_UNKNOWN = /^\d{1,2}[-./]\s?\d{1,2}[-./]\s?(?:\d{2}|\d{4})(?!\d)/;

export interface CellReading {
  readonly columns: Columns;
  readonly readDay: DayReader;
  readonly writing: DayWriting;
  /** The day of all sales, where no column has it. */
  readonly statedDay: LocalDay | undefined;
  /** A sale after this day is an error. */
  readonly today: LocalDay;
  /** What a line marked as a refund means: money given back, or the sale itself, cancelled. */
  readonly refunds: 'subtract' | 'leave-out';
}

/** Reads one line by itself: what it says, or a sale and what was given back of it. */
export function readCells(cells: readonly string[], options: CellReading): readonly SaleLine[] {
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
  if (mark === 'left-out' || (mark === 'refunded' && refunds === 'leave-out'))
    return [{ kind: 'cancelled', day: moment.day, amount }];
  const won = mark === 'refunded' && amount > 0 ? -amount : amount;
  const untold = won > 0 ? untoldRefund(cells, columns, options.readDay) : undefined;
  if (untold !== undefined) return [untold];
  const shortened = shortenedNumber(cells, columns);
  if (shortened !== undefined) return [shortened];
  const refund = readRefund(cells, columns);
  if (typeof refund === 'object') return [refund];
  if (refund !== 0 && (won < 0 || mark === 'refunded')) return [takenTwice(cells, columns, mark)];
  const toSale = (taken: number, ...of: string[]): Sale => ({
    ...{ kind: 'sale', day: moment.day, amount: taken },
    identity: [...identityOf(cells, columns, moment, taken, options.readDay), ...of],
    receipt: receiptKey(cells, columns, options),
    ...{ time: moment.time, cells },
    ...(taken === won && won !== amount ? { isTakenOffByMark: true } : {}),
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

function readMoment(cells: readonly string[], options: CellReading): SaleMoment | BadLine {
  const { columns, statedDay, readDay, writing, today } = options;
  if (columns.day === undefined)
    return statedDay === undefined ? bad('has no day') : { day: statedDay, time: '' };
  const cell = cells[columns.day] ?? '';
  const moment = readDay(cell);
  const problem = (text: string): BadLine => unreadable(cells, columns, columns.day!, text);
  if (moment === undefined && needsZone(cell, writing))
    return problem("has an offset: name the store's zone, as --time-zone Asia/Seoul does");
  if (moment === undefined || !saleDate.safeParse(moment.day).success)
    return problem(`is no day of the years 2000 to 2100${aboutWriting(cell, writing)}`);
  return moment.day > today ? problem('lies ahead') : moment;
}

function aboutWriting(cell: string, { format }: DayWriting): string {
  if (format !== undefined) return ` written ${format}`;
  return ORDER_UNKNOWN.test(cell) ? ': say how days are written by --date-format, as MM/DD/YY does' : '';
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

/** It leaves a doubt: the line is a sale or a refund, and skipping it would count it as neither. */
function unknownMark(cells: readonly string[], columns: Columns, column: number): BadLine {
  return doubt(
    `${quoted(cells, columns, column)} says neither that it was sold nor refunded: say in a layout (marks) what it means, or ` +
      'say --refund-column none',
  );
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
  if (found !== undefined)
    return bad(`"${found}" has lost digits in a spreadsheet: import the file as it was exported`);
  const changed = cells.findIndex((cell, column) => isNumberMadeDay(cell) && isOfNumbers(columns, column));
  return changed < 0
    ? undefined
    : bad(
        `${quoted(cells, columns, changed)} was a number before a spreadsheet made it a day: import the file as it was exported`,
      );
}

function isOfNumbers({ receipt, till, names }: Columns, column: number): boolean {
  if (column === receipt || column === till) return true;
  return names[column] !== undefined && formsOf(names[column]).some((form) => OF_NUMBERS.test(form));
}

export function receiptKey(
  cells: readonly string[],
  columns: Columns,
  { readDay }: Pick<CellReading, 'readDay'>,
): string | undefined {
  const receipt = receiptOf(cells, columns);
  if (receipt === undefined) return undefined;
  const day = columns.day === undefined ? '' : (readDay(cells[columns.day] ?? '')?.day ?? '');
  return [day, receipt.till, receipt.number].join(' ');
}
