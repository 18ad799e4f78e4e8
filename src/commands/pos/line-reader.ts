import { parseWon } from './amounts';
import { createAmountPlaces, createReceiptAmounts } from './amount-places';
import { bad, doubt, quoted } from './bad-lines';
import { shown } from './column-names';
import type { Columns } from './columns';
import { UNREADABLE } from './encoding';
import { fillDown, namesSomething } from './fill-down';
import { createMarksAbove } from './marks-above';
import { type CellReading, readCells, receiptKey } from './read-cells';
import type { BadLine, SaleLine, SumSign, TotalLine } from './sale-line';
import { createRunningSums, findSumSigns, lacks } from './sum-lines';
import type { Row } from './table';
import { holdsCount, isCount, namesPart, totalCellOf } from './total-words';
import { sumSignOf } from './untold-sums';
import { createThingsSold, hasTime, looksSold } from './looks-sold';

const FIGURES_ALONE =
  'has figures and no receipt: if it is a sum over other lines, take it out; if it is a sale, say --sum-lines sales';

export interface ReadingOptions extends CellReading {
  /** The rows of the header, which may be repeated. */
  readonly headerRows: readonly Row[];
  /** The first lines below the header. */
  readonly beginning: readonly Row[];
  /** Whether amounts are those of lines, or stand on each line of a receipt and are that of all. */
  readonly amounts?: 'line' | 'receipt' | undefined;
  /** What lines are that have the sum of others and no word that says so. */
  readonly sumLines?: 'leave-out' | 'sales' | undefined;
  /** What lines have that are sums over others, and to be left out. */
  readonly sums: readonly SumSign[];
}

/**
 * Reads the lines of an export in their order, each in the light of those above it.
 *
 * @returns what a line says: one thing, or a sale and what was given back of it
 */
export function createLineReader(options: ReadingOptions): (row: Row) => readonly SaleLine[] {
  const { columns, headerRows } = options;
  let above: readonly string[] | undefined;
  let aboveReceipt: string | undefined;
  const amounts = createAmountPlaces();
  const receiptAmounts = createReceiptAmounts();
  const marksAbove = createMarksAbove(columns);
  const sumSigns = findSumSigns(options.beginning, options);
  const sums = createRunningSums();
  const things = createThingsSold(columns);

  function readSale(cells: readonly string[]): readonly SaleLine[] {
    const receipt = receiptKey(cells, columns, options);
    const isContinued = receipt !== undefined && receipt === aboveReceipt;
    if (isContinued && (cells[columns.amount] ?? '') === '' && amounts.mayContinue())
      return [{ kind: 'continued' }];
    const lines = readOnce(cells, receipt);
    if (isContinued && lines.some(({ kind }) => kind === 'sale')) amounts.inFurtherLine();
    for (const line of lines) if (line.kind === 'sale') sums.add(line.day, line.amount);
    if (lines.some(({ kind }) => kind === 'sale')) things.add(cells);
    above = lines.some(({ kind }) => kind === 'bad') ? undefined : cells;
    aboveReceipt = above === undefined ? undefined : receipt;
    return lines;
  }

  function readOnce(cells: readonly string[], receipt: string | undefined): readonly SaleLine[] {
    const openMark = marksAbove.findOpen(cells);
    if (openMark !== undefined) return [openMark];
    const lines = readCells(cells, options);
    if (options.amounts !== 'receipt' || receipt === undefined) return lines;
    const [first] = lines;
    if (first?.kind !== 'sale') return lines;
    const place = receiptAmounts.place(receipt, first.amount);
    if (place === 'first') return lines;
    if (place === 'again') return [{ kind: 'continued' }];
    return [
      doubt(`${quoted(cells, columns, columns.amount)} is another amount than further above in its receipt`),
    ];
  }

  /** @returns undefined where the line is no sum by its value, or is said to be a sale */
  function readSum(cells: readonly string[]): SaleLine | undefined {
    if (options.sumLines === 'sales') return undefined;
    const amount = parseWon(cells[columns.amount] ?? '') ?? 0;
    const sign = sumSignOf(cells, options.sums);
    if (sign !== undefined) return { kind: 'sum', sign, amount };
    const signs = sumSigns.find((together) => together.every((column) => lacks(cells, column, columns)));
    if (signs === undefined || !sums.isSum(amount)) return undefined;
    if (hasTime(cells) || things.isSold(cells)) return undefined;
    const lacking = signs[0]!;
    sums.end();
    if (options.sumLines === 'leave-out') return { kind: 'sum', sign: { column: lacking, word: '' }, amount };
    return doubt(
      `${quoted(cells, columns, columns.amount)} is the sum of the lines above, and ${shown(columns.names[lacking]!)} is ` +
        'empty: is it a sum over them? Say --sum-lines leave-out, or --sum-lines sales',
    );
  }

  function readLine(row: Row): readonly SaleLine[] {
    const problem = unusable(row.cells, columns);
    if (problem !== undefined) return [problem];
    const whole = padded(row.cells, columns);
    const sum = readSum(whole);
    if (sum !== undefined) return [sum];
    const cells = fillDown({ ...row, cells: whole }, columns, above);
    if (options.sumLines !== 'sales' && lacksReceipt(cells, columns)) return [bad(FIGURES_ALONE)];
    return readSale(cells);
  }

  return (row) => {
    const { cells } = row;
    if (cells.every((cell) => cell === '')) return [{ kind: 'blank' }];
    if (headerRows.some((header) => isAlike(header.cells, cells))) return [{ kind: 'header' }];
    const total = readTotal(cells, options);
    if (total === undefined) return readLine(row);
    if (total.kind === 'bad') return [total];
    // A day may be merged over several receipts, each with its subtotal.
    above = isWithinDay(total) && above !== undefined ? withoutReceipt(above, columns) : undefined;
    aboveReceipt = undefined;
    sums.end();
    return [total];
  };
}

function isWithinDay({ word, name }: TotalLine): boolean {
  return word === '소계' || word === 'subtotal' || /^(?:포스|pos|영수증)계$/i.test(name);
}

/** @returns undefined where the line is no sum by its word, or is said to be a sale */
function readTotal(cells: readonly string[], options: ReadingOptions): TotalLine | BadLine | undefined {
  const { columns, readDay, sumLines } = options;
  const found = totalCellOf(cells) ?? partInPlaceOfDay(cells, columns);
  if (found === undefined) return undefined;
  const { column, word } = found;
  if (sumLines !== 'leave-out' && looksSold(cells, column, options)) {
    if (sumLines === 'sales') return undefined;
    return doubt(
      `${quoted(cells, columns, column)} is called like a sum over other lines, and has what a sale has: say --sum-lines sales if it ` +
        'is one, or --sum-lines leave-out',
    );
  }
  const name = cells[column]!.normalize('NFKC').replace(/[^\p{L}]/gu, '');
  const amount = parseWon(cells[columns.amount] ?? '');
  const refunded =
    columns.refundAmount === undefined ? 0 : (parseWon(cells[columns.refundAmount] ?? '') ?? 0);
  const day = columns.day === undefined ? undefined : readDay(cells[columns.day] ?? '')?.day;
  return {
    ...{ kind: 'total', word, name, day },
    amount: amount === undefined || word === '평균' ? undefined : amount - Math.abs(refunded),
  };
}

/** Where a sale has its day, `승인 2건` is what such sales add up to; without a count it may be a sale that lacks its day. */
function partInPlaceOfDay(cells: readonly string[], { day }: Columns): ReturnType<typeof totalCellOf> {
  if (day === undefined || !namesPart(cells[day] ?? '')) return undefined;
  const isCounted = holdsCount(cells[day] ?? '') || cells.some(isCount);
  return isCounted ? { column: day, word: '합계' } : undefined;
}

/** What makes a line unusable before any of its cells is read. */
function unusable(cells: readonly string[], columns: Columns): BadLine | undefined {
  if (cells.some((cell) => cell.includes(UNREADABLE)))
    return bad('holds bytes that are no character of the encoding');
  const width = columns.names.length;
  if (isCutShort(cells, columns) || cells.slice(width).some((cell) => cell !== ''))
    return bad(`has ${cells.length} columns where the header has ${width}`);
  return undefined;
}

/** A spreadsheet leaves out empty cells at the end of a line; what is always filled is not empty. */
function isCutShort({ length }: readonly string[], { names, day, amount, marks }: Columns): boolean {
  if (length >= names.length) return false;
  const filled = [day ?? 0, amount, ...marks.flatMap((mark) => (mark.isAlwaysFilled ? [mark.column] : []))];
  return filled.some((column) => column >= length);
}

function padded(cells: readonly string[], { names }: Columns): readonly string[] {
  const missing = names.length - cells.length;
  return missing <= 0 ? cells : [...cells, ...Array<string>(missing).fill('')];
}

function lacksReceipt(cells: readonly string[], columns: Columns): boolean {
  return columns.receipt !== undefined && cells[columns.receipt] === '' && !namesSomething(cells, columns);
}

/** Without its receipt a line goes on with nothing but the day and the till of what stands above a subtotal. */
function withoutReceipt(cells: readonly string[], { receipt }: Columns): readonly string[] {
  return cells.map((cell, column) => (column === receipt ? '' : cell));
}

function isAlike(one: readonly string[], other: readonly string[]): boolean {
  const length = Math.max(one.length, other.length);
  return Array.from({ length }).every((_, index) => (one[index] ?? '') === (other[index] ?? ''));
}
