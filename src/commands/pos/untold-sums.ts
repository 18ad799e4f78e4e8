import { type ColumnName, shown } from './column-names';
import type { Columns } from './columns';
import type { NumberedLine, Sale, SumSign } from './sale-line';

/** What a sum may be over: lines that stand together, as of a till the part of a day, and of a month days. The widest comes last. */
export const SPANS = ['receipt', 'part', 'day', 'days', 'file'] as const;
export type Span = (typeof SPANS)[number];
/** Those whose lines share a value. What stands between one sum and the next is a part, a day or days. */
const BLOCKS = ['receipt', 'day', 'file'] as const satisfies readonly Span[];
type BlockSpan = (typeof BLOCKS)[number];

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
/** Where something is set right below a sum, the sum does not add up. Half of a sign's lines need not, beside so many that add up several lines. */
const SUMS_THAT_TELL = 3;
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

/** A place between two lines. */
interface Place {
  readonly sumAbove: bigint;
  readonly linesAbove: number;
  readonly dayAbove: string | undefined;
  dayBelow: string | undefined;
}

/** How often the lines of a sign are sums over a span. */
interface Adding {
  sums: number;
  /** How many of them add up several lines. */
  sumsOfSeveral: number;
  /** Of how many lines the longest of them is. */
  mostParts: number;
}

interface Seen {
  readonly sign: SumSign;
  lines: number;
  readonly adding: Partial<Record<BlockSpan | 'between', Adding>>;
  /** Below the last line of the sign. */
  since: Place;
  /** What its sums are over: a part of a day, a whole day, or several. One over several days, or else one over a part, decides. */
  between: 'part' | 'day' | 'days';
  firstSum: Omit<UntoldSum, 'span'> | undefined;
}

export function createUntoldSums(columns: Columns): UntoldSums {
  const { names } = columns;
  const telling = columnsThatTell(columns);
  const seen = new Map<string, Seen>();
  const blocks: Partial<Record<BlockSpan, Block>> = {};
  /** How many blocks have several lines. */
  const counts: Record<BlockSpan, number> = { receipt: 0, day: 0, file: 0 };
  const beginning: Place = { sumAbove: 0n, linesAbove: 0, dayAbove: undefined, dayBelow: undefined };
  let above = beginning;
  let lastNumber: number | undefined;

  function addLine(line: Line): void {
    const { amount, cells, day } = line.sale;
    above.dayBelow = day;
    const below: Place = {
      ...{ sumAbove: above.sumAbove + BigInt(amount), linesAbove: above.linesAbove + 1 },
      ...{ dayAbove: day, dayBelow: undefined },
    };
    for (const sign of signsOf(cells, telling)) {
      const found = seenOf(sign);
      if (found === undefined) continue;
      found.lines += 1;
      addSumBetween(found, line);
      found.since = below;
    }
    above = below;
  }

  function seenOf(sign: SumSign): Seen | undefined {
    const key = keyOf(sign);
    const before = seen.get(key);
    if (before !== undefined || seen.size >= MOST_WORDS) return before;
    const found: Seen = {
      ...{ sign, lines: 0, adding: {}, since: beginning, between: 'day', firstSum: undefined },
    };
    seen.set(key, found);
    return found;
  }

  function addSumBetween(found: Seen, line: Line): void {
    const { since } = found;
    if (above.sumAbove - since.sumAbove !== BigInt(line.sale.amount)) return;
    addSum(found, 'between', line, above.linesAbove - since.linesAbove);
    if (since.dayBelow !== line.sale.day) found.between = 'days';
    else if (since.dayBelow === since.dayAbove && found.between === 'day') found.between = 'part';
  }

  function close(span: BlockSpan): void {
    const block = blocks[span];
    if (block === undefined || block.count < 2) return;
    counts[span] += 1;
    for (const line of [block.first, block.last]) {
      if (2n * BigInt(line.sale.amount) !== block.sum) continue;
      for (const sign of signsOf(line.sale.cells, telling)) {
        const found = seen.get(keyOf(sign));
        if (found !== undefined) addSum(found, span, line, block.count - 1);
      }
    }
  }

  function addSum(found: Seen, span: BlockSpan | 'between', line: Line, parts: number): void {
    const adding = (found.adding[span] ??= { sums: 0, sumsOfSeveral: 0, mostParts: 0 });
    adding.sums += 1;
    adding.sumsOfSeveral += Number(parts > 1);
    adding.mostParts = Math.max(adding.mostParts, parts);
    found.firstSum ??= untoldSum(line, found.sign, names);
  }

  return {
    add({ number, line }) {
      // What was given back of a line is no line of its own, and 0 is a sum of nothing as well as a sale for nothing.
      if (line.kind !== 'sale' || number === lastNumber || line.amount === 0) return;
      lastNumber = number;
      addLine({ number, sale: line });
      for (const span of BLOCKS) {
        const key = keyOfBlock(span, line);
        const block = blocks[span];
        if (block === undefined || block.key !== key) {
          close(span);
          blocks[span] = startOf(key, { number, sale: line });
        } else goOn(block, { number, sale: line });
      }
    },
    result() {
      for (const span of BLOCKS) close(span);
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

function keyOfBlock(span: BlockSpan, { day, receipt }: Sale): string {
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

/** The widest span that the lines of a sign are sums over. */
function spanOf(found: Seen, counts: Record<BlockSpan, number>): Span | undefined {
  return SPANS.findLast(
    (span) =>
      (isBlock(span) && isOfBlocks(found, span, counts[span])) ||
      (found.between === span && isBetween(found)),
  );
}

function isBlock(span: Span): span is BlockSpan {
  return BLOCKS.some((block) => block === span);
}

/** All lines of the sign are sums, and those of at least half of the blocks, of which one or more add up what is not so by chance. */
function isOfBlocks({ lines, adding }: Seen, span: BlockSpan, blocks: number): boolean {
  const { sums, mostParts } = adding[span] ?? NONE;
  return sums === lines && sums * 2 >= blocks && mostParts >= (sums > 1 ? 2 : PARTS_THAT_TELL);
}

/** A single one would be the sum of all lines above, and is found as that of a block. */
function isBetween({ lines, adding }: Seen): boolean {
  const { sums, sumsOfSeveral, mostParts } = adding.between ?? NONE;
  if (sums === lines) return sums > 1 && mostParts > 1;
  return sumsOfSeveral >= SUMS_THAT_TELL && sumsOfSeveral * 2 >= lines;
}

const NONE: Adding = { sums: 0, sumsOfSeveral: 0, mostParts: 0 };
