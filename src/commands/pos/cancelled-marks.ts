import { shown } from './column-names';
import type { Columns } from './columns';
import type { NumberedLine } from './sale-line';

/** A positive amount that its mark alone takes off, and that undoes no sale of the file. */
export interface CancelledInDoubt {
  readonly number: number;
  /** What marks it. */
  readonly mark: string;
  readonly won: number;
}

/** Notices marks that may mean the sale itself, which was cancelled, while lines are read. */
export interface CancelledMarks {
  add(line: NumberedLine): void;
  /** The first that undoes nothing. */
  result(): CancelledInDoubt | undefined;
}

interface Marked extends CancelledInDoubt {
  readonly receipt: string | undefined;
}

export function createCancelledMarks({ receipt, marks, names }: Columns): CancelledMarks {
  const sold = new Set<number>();
  const takenBack = new Set<string>();
  // One of each amount and receipt is enough to ask about.
  const marked = new Map<string, Marked>();
  const mark = marks.map(({ column }) => shown(names[column]!)).join(' and ');
  const numberOf = (cells: readonly string[]): string | undefined =>
    receipt === undefined || cells[receipt] === '' ? undefined : cells[receipt];
  const keyOf = (number: string | undefined, won: number): string => `${number ?? ''} ${won}`;
  return {
    add({ number, line }) {
      if (line.kind !== 'sale') return;
      const { amount, cells } = line;
      const own = numberOf(cells);
      if (line.isTakenOffByMark === true) {
        const key = keyOf(own, -amount);
        if (!marked.has(key)) marked.set(key, { number, mark, won: -amount, receipt: own });
      } else if (amount > 0) sold.add(amount);
      else if (own !== undefined) takenBack.add(keyOf(own, -amount));
    },
    result() {
      for (const { receipt: own, ...found } of marked.values())
        if (!sold.has(found.won) || (own !== undefined && takenBack.has(keyOf(own, found.won)))) return found;
      return undefined;
    },
  };
}
