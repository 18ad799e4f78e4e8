import { parseWon } from './amounts';
import { formsOf } from './column-names';
import type { Columns } from './columns';
import type { NumberedLine, Sale } from './sale-line';

/** A line whose amount stands on each line of its receipt. */
export interface RepeatedAmount {
  readonly number: number;
  /** The number of the line above it that has the amount, too. */
  readonly as: number;
  /** The name of the column. */
  readonly amount: string;
  readonly won: number;
}

/** Notices that what a receipt adds up to stands on each of its lines, while these are read. */
export interface RepeatedAmounts {
  add(line: NumberedLine): void;
  /** The first line of which that is likely. */
  result(): RepeatedAmount | undefined;
}

/** Names of amounts that a whole receipt has. */
const OF_ALL = /합계|총|결제|주문|total|paid/;
/** Receipts whose lines are all of one amount, before that alone tells something. */
const RECEIPTS_THAT_TELL = 3;
/** So many lines are kept, as those of a receipt may stand apart; below them only those that stand together are compared. */
const MOST_LINES = 20_000;

interface Group {
  readonly key: string;
  readonly sales: { readonly number: number; readonly sale: Sale }[];
}

export function createRepeatedAmounts(columns: Columns): RepeatedAmounts {
  const isNamedSo = formsOf(columns.names[columns.amount]!).some((form) => OF_ALL.test(form));
  const kept = new Map<string, Group>();
  let lines = 0;
  /** Of a receipt that is not kept. */
  let last: Group | undefined;
  let proof: RepeatedAmount | undefined;
  let alike: RepeatedAmount | undefined;
  let [receiptsAlike, receiptsNotAlike] = [0, 0];

  function judge({ sales }: Group): void {
    const [first, second] = sales;
    if (first === undefined || second === undefined) return;
    const cellsOfLines = sales.map(({ sale: { cells } }) => cells);
    const won = first.sale.amount;
    if (sales.some(({ sale }) => sale.amount !== won)) {
      receiptsNotAlike += 1;
      return;
    }
    // The same thing sold twice is two lines that are alike.
    if (!areOfOtherThings(cellsOfLines)) return;
    const amount = columns.names[columns.amount]!.at(-1)!;
    const found = { number: second.number, as: first.number, amount, won };
    receiptsAlike += 1;
    alike ??= found;
    if (addsUp(cellsOfLines, won, columns)) proof ??= found;
  }

  function groupOf(key: string): Group {
    const before = kept.get(key) ?? (last?.key === key ? last : undefined);
    if (before !== undefined) return before;
    const group: Group = { key, sales: [] };
    if (lines < MOST_LINES) kept.set(key, group);
    else endLast(group);
    return group;
  }

  function endLast(next: Group | undefined): void {
    if (last !== undefined) judge(last);
    last = next;
  }

  return {
    add({ number, line }) {
      if (line.kind !== 'sale' || line.amount <= 0) return;
      const key = keyOf(line, columns);
      if (key === undefined) return endLast(undefined);
      const { sales } = groupOf(key);
      if (sales.length >= MOST_LINES) return;
      sales.push({ number, sale: line });
      lines += 1;
    },
    result() {
      for (const group of kept.values()) judge(group);
      endLast(undefined);
      if (proof !== undefined) return proof;
      return receiptsNotAlike === 0 && (isNamedSo || receiptsAlike >= RECEIPTS_THAT_TELL) ? alike : undefined;
    },
  };
}

/** The receipt, or the moment where that tells more than the day. */
function keyOf({ receipt, time, cells }: Sale, { day }: Columns): string | undefined {
  if (receipt !== undefined) return receipt;
  return time === '' || day === undefined ? undefined : (cells[day] ?? '');
}

function areOfOtherThings(lines: readonly (readonly string[])[]): boolean {
  return lines.some((cells) => cells.some((cell, column) => cell !== lines[0]![column]));
}

/** Whether another column, or a price by its quantity, adds up over the receipt to what stands on each of its lines. */
function addsUp(lines: readonly (readonly string[])[], won: number, columns: Columns): boolean {
  const isRead = [columns.day, columns.amount, columns.receipt, columns.till];
  const figures = [...columns.names.keys()]
    .filter((column) => !isRead.includes(column))
    .map((column) => lines.map((cells) => parseWon(cells[column] ?? '') ?? 0))
    .filter((values) => values.every((value) => value > 0));
  const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return figures.some(
    (values, place) =>
      sumOf(values) === won ||
      figures
        .slice(place + 1)
        .some((others) => sumOf(values.map((value, at) => value * others[at]!)) === won),
  );
}
