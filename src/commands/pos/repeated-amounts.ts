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
/** So many lines are kept to compare those of a receipt that stand apart. */
const MOST_LINES = 20_000;

interface Group {
  readonly key: string;
  readonly sales: { readonly number: number; readonly sale: Sale }[];
}

/**
 * Lines of a receipt that stand together are judged first: a number may come again for other sales, as that of another till. Those
 * that stand apart are merged where this shows nothing.
 */
export function createRepeatedAmounts(columns: Columns): RepeatedAmounts {
  const together = createTrial(columns);
  const merged = new Map<string, Group>();
  let last: Group | undefined;
  let lines = 0;

  function merge(number: number, sale: Sale): void {
    // A moment is no receipt: many pay within a minute.
    if (sale.receipt === undefined) return;
    const group = merged.get(sale.receipt) ?? { key: sale.receipt, sales: [] };
    if (group.sales.length >= MOST_LINES || (group.sales.length === 0 && lines >= MOST_LINES)) return;
    merged.set(group.key, group);
    group.sales.push({ number, sale });
    lines += 1;
  }

  return {
    add({ number, line }) {
      if (line.kind !== 'sale' || line.amount <= 0) return;
      merge(number, line);
      const key = keyOf(line, columns);
      if (key === undefined || key !== last?.key) {
        if (last !== undefined) together.judge(last);
        last = key === undefined ? undefined : { key, sales: [] };
      }
      if (last !== undefined && last.sales.length < MOST_LINES) last.sales.push({ number, sale: line });
    },
    result() {
      if (last !== undefined) together.judge(last);
      last = undefined;
      const apart = createTrial(columns);
      for (const group of merged.values()) apart.judge(group);
      return together.result() ?? apart.result();
    },
  };
}

interface Trial {
  judge(group: Group): void;
  result(): RepeatedAmount | undefined;
}

function createTrial(columns: Columns): Trial {
  const isNamedSo = formsOf(columns.names[columns.amount]!).some((form) => OF_ALL.test(form));
  let proof: RepeatedAmount | undefined;
  let alike: RepeatedAmount | undefined;
  let [receiptsAlike, receiptsNotAlike] = [0, 0];
  return {
    judge({ sales }) {
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
    },
    result() {
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
