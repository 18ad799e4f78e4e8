import { type ColumnName, shown } from './column-names';
import type { Columns } from './columns';
import type { NumberedLine, Sale, SumSign } from './sale-line';

/** What a sum may be over: lines that stand together. The widest comes last. */
export const SPANS = ['receipt', 'day', 'file'] as const;
export type Span = (typeof SPANS)[number];

/** A line that would count as a sale, and is the sum of the lines beside it, as are all that share its sign. */
export interface UntoldSum extends SumSign {
  readonly number: number;
  /** The name of the column, and what the line has there. */
  readonly name: string;
  readonly cell: string;
  readonly won: number;
  /** The widest that it is the sum of. */
  readonly span: Span;
}

/** Notices sums which no word tells by what they add up to, while all lines are read. */
export interface UntoldSums {
  add(line: NumberedLine): void;
  result(): readonly UntoldSum[];
}

/** A sum that stands alone is none by chance where it adds up so many. */
const PARTS_THAT_TELL = 4;
/** Of more different words than this, only those that come first are looked at. */
const MOST_WORDS = 50_000;

interface Line {
  readonly number: number;
  readonly sale: Sale;
}

/** The lines that stand together, as far as they tell which is the sum of the others. */
interface Block {
  readonly key: string;
  readonly first: Line;
  last: Line;
  sum: bigint;
  count: number;
}

/** How often the lines of a sign are sums over a span. */
interface Adding {
  sums: number;
  /** Of how many lines the longest of them is. */
  mostParts: number;
}

interface Seen {
  readonly sign: SumSign;
  lines: number;
  readonly adding: Partial<Record<Span, Adding>>;
  firstSum: Omit<UntoldSum, 'span'> | undefined;
}

export function createUntoldSums(columns: Columns): UntoldSums {
  const { names } = columns;
  const telling = columnsThatTell(columns);
  const seen = new Map<string, Seen>();
  const blocks: Partial<Record<Span, Block>> = {};
  /** How many blocks have several lines. */
  const counts: Record<Span, number> = { receipt: 0, day: 0, file: 0 };
  let lastNumber: number | undefined;

  function countWords({ cells }: Sale): void {
    for (const sign of signsOf(cells, telling)) {
      const key = keyOf(sign);
      const before = seen.get(key);
      if (before !== undefined) before.lines += 1;
      else if (seen.size < MOST_WORDS) seen.set(key, { sign, lines: 1, adding: {}, firstSum: undefined });
    }
  }

  function close(span: Span): void {
    const block = blocks[span];
    if (block === undefined || block.count < 2) return;
    counts[span] += 1;
    for (const line of [block.first, block.last])
      if (2n * BigInt(line.sale.amount) === block.sum) addSum(span, line, block.count - 1);
  }

  function addSum(span: Span, line: Line, parts: number): void {
    for (const sign of signsOf(line.sale.cells, telling)) {
      const found = seen.get(keyOf(sign));
      if (found === undefined) continue;
      const adding = (found.adding[span] ??= { sums: 0, mostParts: 0 });
      adding.sums += 1;
      adding.mostParts = Math.max(adding.mostParts, parts);
      found.firstSum ??= untoldSum(line, sign, names);
    }
  }

  return {
    add({ number, line }) {
      // What was given back of a line is no line of its own, and 0 is a sum of nothing as well as a sale for nothing.
      if (line.kind !== 'sale' || number === lastNumber || line.amount === 0) return;
      lastNumber = number;
      countWords(line);
      for (const span of SPANS) {
        const key = keyOfSpan(span, line);
        const block = blocks[span];
        if (block === undefined || block.key !== key) {
          close(span);
          blocks[span] = startOf(key, { number, sale: line });
        } else goOn(block, { number, sale: line });
      }
    },
    result() {
      for (const span of SPANS) close(span);
      return [...seen.values()]
        .flatMap((each) => {
          const span = spanOf(each, counts);
          return each.firstSum === undefined || span === undefined ? [] : [{ ...each.firstSum, span }];
        })
        .sort((one, other) => one.number - other.number);
    },
  };
}

/** The first of these signs that a line has. */
export function sumSignOf(cells: readonly string[], signs: readonly SumSign[]): SumSign | undefined {
  return signs.find(({ column, word }) => wordOf(cells[column] ?? '') === word);
}

/** What is read is known, and what was merged is filled: neither tells sums from sales. */
function columnsThatTell({ names, day, amount, receipt, till, marks }: Columns): readonly number[] {
  const read = [day, amount, receipt, till, ...marks.map(({ column }) => column)];
  return [...names.keys()].filter((column) => !read.includes(column));
}

function signsOf(cells: readonly string[], telling: readonly number[]): readonly SumSign[] {
  return telling.flatMap((column) => {
    const word = wordOf(cells[column] ?? '');
    return word === undefined ? [] : [{ column, word }];
  });
}

/** @returns undefined where the cell has something else than words */
function wordOf(cell: string): string | undefined {
  if (cell === '') return '';
  const letters = cell.replace(/[^\p{L}]/gu, '');
  return letters === '' ? undefined : letters;
}

function keyOf({ column, word }: SumSign): string {
  return `${column} ${word}`;
}

function keyOfSpan(span: Span, { day, receipt }: Sale): string {
  if (span === 'file') return '';
  return span === 'day' ? day : (receipt ?? '');
}

function startOf(key: string, line: Line): Block {
  const { amount } = line.sale;
  return { key, first: line, last: line, sum: BigInt(amount), count: 1 };
}

function goOn(block: Block, line: Line): void {
  block.last = line;
  block.sum += BigInt(line.sale.amount);
  block.count += 1;
}

function untoldSum(
  { number, sale }: Line,
  sign: SumSign,
  names: readonly ColumnName[],
): Omit<UntoldSum, 'span'> {
  const { column } = sign;
  return { ...sign, number, name: shown(names[column]!), cell: sale.cells[column] ?? '', won: sale.amount };
}

/** All of its lines are sums, and those of at least half of the blocks, of which one or more add up what is not so by chance. */
function spanOf({ lines, adding }: Seen, counts: Record<Span, number>): Span | undefined {
  return SPANS.findLast((span) => {
    const { sums, mostParts } = adding[span] ?? { sums: 0, mostParts: 0 };
    return sums === lines && sums * 2 >= counts[span] && mostParts >= (sums > 1 ? 2 : PARTS_THAT_TELL);
  });
}
