import { CommandError } from '../fail';

/** The columns of an export that are read, by index. */
export interface Columns {
  /** The header, unchanged. */
  readonly names: readonly string[];
  readonly date: number;
  readonly amount: number;
  /** The receipt number. */
  readonly receipt: number | undefined;
  /** The till: each till has receipt numbers of its own. */
  readonly till: number | undefined;
  /** Says whether the line is a sale or a refund. */
  readonly refund: number | undefined;
  /** Columns that depend on the line's place in this file: row numbers and running totals. */
  readonly ofThisFile: ReadonlySet<number>;
}

/** Column names given as options. */
export interface ColumnChoice {
  readonly date?: string | undefined;
  readonly amount?: string | undefined;
  readonly receipt?: string | undefined;
  /** `none` where a column looks like one of refunds and is not. */
  readonly refund?: string | undefined;
}

/** The column names of Korean POS exports, more specific groups first; two names of one group are ambiguous. */
type Names = readonly (readonly string[])[];

const DATE: Names = [
  ['영업일자', '영업일'],
  [
    ...['매출일자', '매출일', '매출일시', '판매일자', '판매일', '판매일시', '거래일자', '거래일', '거래일시'],
    ...['결제일자', '결제일', '결제일시', '승인일자', '승인일', '승인일시', '주문일자', '주문일', '주문일시'],
    ...['일자', '날짜', '일시', 'date', 'saledate', 'businessdate'],
  ],
];
const AMOUNT: Names = [
  ['실매출액', '실매출', '실매출금액', '순매출액', '순매출', '순매출금액', '실판매금액', 'netsales'],
  [
    ...[
      '매출액',
      '매출금액',
      '매출',
      '총매출액',
      '총매출',
      '판매금액',
      '판매액',
      '결제금액',
      '결제액',
      '실결제금액',
    ],
    ...[
      '합계금액',
      '합계',
      '총금액',
      '총액',
      '거래금액',
      '승인금액',
      '받은금액',
      '금액',
      'amount',
      'sales',
      'total',
    ],
  ],
];
const RECEIPT: Names = [
  ['영수증번호', '영수증no', 'receiptno', 'receiptnumber'],
  ['거래번호', '거래no', '전표번호', '판매번호', '매출번호', '주문번호', 'transactionid'],
  ['승인번호', '카드승인번호'],
];
const TILL: Names = [['포스번호', '포스', 'pos번호', 'posno', 'pos', '단말기번호', '단말번호', '기기번호']];
const REFUND: Names = [
  [
    ...['취소여부', '취소', '취소구분', '환불여부', '환불', '환불구분', '반품여부', '반품', '반품구분'],
    ...['거래구분', '매출구분', '판매구분', '승인구분', '구분'],
    ...['거래상태', '매출상태', '판매상태', '결제상태', '승인상태', '주문상태', '상태', 'status', 'refund'],
  ],
];
const OF_THIS_FILE = /^(?:no|번호|순번|연번|순서|행|누계|누적.*)$/;

/** A name without case, blanks and a suffix in brackets, as in `매출액(원)`: names are compared in this form. */
function plainName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[([].*[)\]]$/, '')
    .replace(/[\s._-]/g, '');
}

/**
 * Reads a line as the header of an export.
 *
 * @returns undefined when the line is no header: it does not name both days and amounts
 * @throws CommandError when a column is ambiguous
 */
export function readHeader(names: readonly string[], choice: ColumnChoice): Columns | undefined {
  const plain = names.map(plainName);
  const find = (known: Names, chosen: string | undefined, option: string): number | undefined =>
    one(chosen === undefined ? candidates(plain, known) : exactly(plain, chosen), names, option);

  const isHeader =
    positions(plain, DATE, choice.date).length > 0 && positions(plain, AMOUNT, choice.amount).length > 0;
  if (!isHeader) return undefined;
  const date = find(DATE, choice.date, '--date-column');
  const amount = find(AMOUNT, choice.amount, '--amount-column');
  if (date === undefined || amount === undefined) return undefined;
  return {
    names,
    date,
    amount,
    receipt: required(find(RECEIPT, choice.receipt, '--receipt-column'), choice.receipt, names),
    till: candidates(plain, TILL)[0],
    refund:
      choice.refund === 'none'
        ? undefined
        : required(find(REFUND, choice.refund, '--refund-column'), choice.refund, names),
    ofThisFile: new Set(plain.flatMap((name, index) => (OF_THIS_FILE.test(name) ? [index] : []))),
  };
}

/** @returns how much a line looks like a header: 0 when it names neither days nor amounts */
export function likeness(names: readonly string[], choice: ColumnChoice): number {
  const plain = names.map(plainName);
  const known = [positions(plain, DATE, choice.date), positions(plain, AMOUNT, choice.amount)];
  return known.filter(({ length }) => length > 0).length;
}

function positions(plain: readonly string[], known: Names, chosen: string | undefined): number[] {
  return chosen === undefined ? candidates(plain, known) : exactly(plain, chosen);
}

/** The matches of the most specific group that has any. */
function candidates(plain: readonly string[], known: Names): number[] {
  for (const group of known) {
    const found = plain.flatMap((name, index) => (group.includes(name) ? [index] : []));
    if (found.length > 0) return found;
  }
  return [];
}

function exactly(plain: readonly string[], chosen: string): number[] {
  return plain.flatMap((name, index) => (name === plainName(chosen) ? [index] : []));
}

function one(found: readonly number[], names: readonly string[], option: string): number | undefined {
  if (found.length <= 1) return found[0];
  const which = found.map((index) => `"${names[index]!.trim()}"`).join(' or ');
  throw new CommandError(`${option}: ${which}? Say which is meant. ${quoteHeader(names)}`);
}

function required(
  found: number | undefined,
  chosen: string | undefined,
  names: readonly string[],
): number | undefined {
  if (found === undefined && chosen !== undefined) {
    throw new CommandError(`There is no column "${chosen}". ${quoteHeader(names)}`);
  }
  return found;
}

export function quoteHeader(names: readonly string[]): string {
  return `The header is: ${names.map((name) => name.trim()).join(' | ')}`;
}
