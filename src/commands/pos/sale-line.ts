import type { LocalDay } from '../../domain/values';
import { day as saleDate, signedKrw } from '../../workers/messages/fields';
import { parseWon } from './amounts';
import type { Columns } from './columns';
import { parseSaleMoment, type SaleMoment } from './days';
import { UNREADABLE } from './encoding';

/** What a line of an export comes to. */
export type SaleLine =
  | Sale
  /** Not a sale and no mistake: nothing in it, a sum over other lines, the header once more. */
  | { readonly kind: 'blank' | 'total' | 'header' }
  /** Marked as cancelled, in an export that marks the sale itself. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'bad'; readonly problem: string };

export interface Sale {
  readonly kind: 'sale';
  readonly day: LocalDay;
  /** Won; negative for a refund. */
  readonly amount: number;
  /** What tells this sale from others of its store, short of those that are alike in everything. */
  readonly identity: readonly string[];
}

export interface ReadingOptions {
  readonly columns: Columns;
  /** No sale lies after this day. */
  readonly today: LocalDay;
  /** What a line marked as a refund means: money that goes back, or a sale that never was. */
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

/** Reads one record of an export, to a sale or to what is wrong with it. */
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

/** No sale has a sum's word for its day, nor for the first thing that it says beside a day that is missing. */
function isTotal(cells: readonly string[], { date, refund }: Columns): boolean {
  const said = (cell: string | undefined): boolean => TOTAL.test((cell ?? '').replace(/\s/g, ''));
  const dateCell = cells[date]?.trim() ?? '';
  if (said(dateCell)) return true;
  if (refund !== undefined && said(cells[refund])) return true;
  return dateCell === '' && said(cells.find((cell) => cell.trim() !== ''));
}

function isRefunded(cells: readonly string[], { refund }: Columns): boolean | undefined {
  if (refund === undefined) return false;
  const said = cellAt(cells, refund).normalize('NFKC').replace(/\s/g, '').toLowerCase();
  if (REFUNDED.has(said)) return true;
  return SOLD.has(said) ? false : undefined;
}

/**
 * By its receipt where the line has one: what else the line says may be worded otherwise in the next export. The amount
 * belongs to it, as the lines of one receipt, and a sale and its refund, share the number. Without a receipt the line
 * is what it says, its time included, save what depends on the file around it.
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
  // A spreadsheet may put empty columns at the end when it saves the file again.
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
