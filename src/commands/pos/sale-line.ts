import type { LocalDay } from '../../domain/values';
import { day as saleDate, signedKrw } from '../../workers/messages/fields';
import { parseWon } from './amounts';
import type { Columns } from './columns';
import { parseSaleMoment, type SaleMoment } from './days';
import { UNREADABLE } from './encoding';

/** A parsed line of an export. */
export type SaleLine =
  | Sale
  /** Neither a sale nor an error: an empty line, a sum of other lines, a repeated header. */
  | { readonly kind: 'blank' | 'total' | 'header' }
  /** A sale marked as cancelled, in an export that adds no line for the refund. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'bad'; readonly problem: string };

export interface Sale {
  readonly kind: 'sale';
  readonly day: LocalDay;
  /** Won; negative for a refund. */
  readonly amount: number;
  /** Tells this sale from others of its store; sales that are alike in everything share it. */
  readonly identity: readonly string[];
}

export interface ReadingOptions {
  readonly columns: Columns;
  /** A sale after this day is an error. */
  readonly today: LocalDay;
  /** What a line marked as a refund means: money given back, or the sale itself, cancelled. */
  readonly refunds: 'subtract' | 'leave-out';
}

const TOTAL = /^(?:총?합계|총계|소계|누계|일계|월계|계|total|subtotal|grandtotal|sum)(?:\(.*\)|:)?$/i;
const LONGEST_QUOTE = 40;

const REFUNDED = new Set(
  ['취소', '환불', '반품', '승인취소', '결제취소', '매출취소', '판매취소', '거래취소', '주문취소'].concat(
    [
      '전체취소',
      '취소완료',
      '환불완료',
      '반품완료',
      '반품매출',
      '취소매출',
      'y',
      'yes',
      '예',
      'o',
      '1',
      'true',
    ],
    ['refund', 'refunded', 'cancelled', 'canceled'],
  ),
);
const SOLD = new Set(
  [
    '',
    '-',
    '정상',
    '정상매출',
    '정상승인',
    '승인',
    '승인완료',
    '매출',
    '판매',
    '판매완료',
    '결제',
    '결제완료',
  ].concat([
    '완료',
    '거래완료',
    '주문완료',
    'n',
    'no',
    '아니오',
    '아니요',
    'x',
    '0',
    'false',
    'sale',
    'paid',
    'completed',
  ]),
);

/** Parses one record of an export. */
export function readSaleLine(cells: readonly string[], options: ReadingOptions): SaleLine {
  const { columns } = options;
  if (cells.every((cell) => cell.trim() === '')) return { kind: 'blank' };
  if (columns.names.every((name, index) => cells[index]?.trim() === name.trim())) return { kind: 'header' };
  if (isTotal(cells, columns)) return { kind: 'total' };
  if (cells.some((cell) => cell.includes(UNREADABLE)))
    return bad('holds bytes that are no character of the encoding');
  const width = columns.names.length;
  if (cells.length < width || cells.slice(width).some((cell) => cell.trim() !== ''))
    return bad(`has ${cells.length} columns where the header has ${width}`);
  return readCells(cells, options);
}

function readCells(cells: readonly string[], { columns, today, refunds }: ReadingOptions): SaleLine {
  const moment = parseSaleMoment(cellAt(cells, columns.date));
  if (moment === undefined || !saleDate.safeParse(moment.day).success)
    return unreadable(cells, columns, columns.date, 'is no day of the years 2000 to 2100');
  const { day } = moment;
  if (day > today) return unreadable(cells, columns, columns.date, 'lies ahead');
  const amount = parseWon(cellAt(cells, columns.amount));
  if (amount === undefined || !signedKrw.safeParse(amount).success)
    return unreadable(cells, columns, columns.amount, 'is no whole amount of won up to 10^12');
  const refunded = isRefunded(cells, columns);
  if (refunded === undefined)
    return unreadable(cells, columns, columns.refund!, 'says neither that it was sold nor refunded');
  if (refunded && refunds === 'leave-out') return { kind: 'cancelled' };
  const signed = refunded && amount > 0 ? -amount : amount;
  return { kind: 'sale', day, amount: signed, identity: identityOf(cells, columns, moment, signed) };
}

/** Whether the line has the word for a sum as its day, its refund mark, or its first text when the day is missing. */
function isTotal(cells: readonly string[], { date, refund }: Columns): boolean {
  const isSum = (cell: string | undefined): boolean => TOTAL.test((cell ?? '').replace(/\s/g, ''));
  const dateCell = cells[date]?.trim() ?? '';
  if (isSum(dateCell)) return true;
  if (refund !== undefined && isSum(cells[refund])) return true;
  return dateCell === '' && isSum(cells.find((cell) => cell.trim() !== ''));
}

function isRefunded(cells: readonly string[], { refund }: Columns): boolean | undefined {
  if (refund === undefined) return false;
  const mark = cellAt(cells, refund).normalize('NFKC').replace(/\s/g, '').toLowerCase();
  if (REFUNDED.has(mark)) return true;
  return SOLD.has(mark) ? false : undefined;
}

/**
 * With a receipt number: the number, because other columns may be worded differently in the next export, and the amount,
 * because the lines of a receipt, and a sale and its refund, share the number. Without: the whole line with its time,
 * except columns that depend on the file.
 */
function identityOf(
  cells: readonly string[],
  { receipt, till, ofThisFile, date, amount }: Columns,
  { day, time }: SaleMoment,
  won: number,
): readonly string[] {
  const number = receipt === undefined ? '' : cellAt(cells, receipt);
  if (number !== '')
    return ['receipt', day, String(won), till === undefined ? '' : cellAt(cells, till), number];
  const read = new Set([date, amount, ...ofThisFile]);
  const others = cells.filter((_, index) => !read.has(index)).map((cell) => cell.trim().normalize('NFC'));
  // A spreadsheet may add empty columns at the end when it saves the file.
  while (others.at(-1) === '') others.pop();
  return ['line', day, time, String(won), ...others];
}

function cellAt(cells: readonly string[], index: number): string {
  return (cells[index] ?? '').trim().normalize('NFC');
}

function unreadable(cells: readonly string[], { names }: Columns, index: number, problem: string): SaleLine {
  const cell = cellAt(cells, index);
  const shown = cell.length > LONGEST_QUOTE ? `${cell.slice(0, LONGEST_QUOTE)}…` : cell;
  return bad(`${names[index]!.trim()}: ${cell === '' ? 'is empty' : `"${shown}" ${problem}`}`);
}

function bad(problem: string): SaleLine {
  return { kind: 'bad', problem };
}
