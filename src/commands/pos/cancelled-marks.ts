import { shown } from './column-names';
import type { Layout } from './layout';
import type { NumberedLine, Sale } from './sale-line';
import { isOfCancelDays } from './unread-columns';

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
  /** Whether it was taken back later than its line says: the line is the sale, unless that stands beside it. */
  readonly isLater: boolean;
  readonly place: string | undefined;
}

export function createCancelledMarks({
  columns,
  readDay,
}: Pick<Layout, 'columns' | 'readDay'>): CancelledMarks {
  const { receipt, marks, names, day: dayColumn } = columns;
  const cancelDays = [...names.keys()].filter(
    (column) => column !== dayColumn && isOfCancelDays(names[column]!),
  );
  const isLater = ({ cells, day, time }: Sale): boolean =>
    cancelDays.some((column) => {
      const then = readDay(cells[column] ?? '');
      if (then === undefined || then.day < day) return false;
      return then.day > day || (time !== '' && then.time > time);
    });
  /** How many sales have an amount, less those that may undo them. */
  const left = new Map<number, number>();
  const count = (won: number, more: number): unknown => left.set(won, (left.get(won) ?? 0) + more);
  /** The same of each receipt, or where there is none of each moment, in files that say when sales were taken back. */
  const leftThere = new Map<string, number>();
  const countThere = (place: string | undefined, more: number): void => {
    if (place === undefined || cancelDays.length === 0) return;
    leftThere.set(place, (leftThere.get(place) ?? 0) + more);
  };
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
        count(-amount, -1);
        const place = placeOf(line);
        countThere(place, -1);
        const found = { number, mark, won: -amount, receipt: own, isLater: isLater(line), place };
        const key = found.isLater ? `later ${place}` : keyOf(own, -amount);
        if (!marked.has(key)) marked.set(key, found);
      } else if (amount > 0) {
        count(amount, 1);
        countThere(placeOf(line), 1);
      } else if (own !== undefined) takenBack.add(keyOf(own, -amount));
    },
    result() {
      for (const { receipt: own, isLater: isSaidLater, place, ...found } of marked.values()) {
        const isSale = isSaidLater && (place === undefined || (leftThere.get(place) ?? 0) < 0);
        const isTakenTwice = own !== undefined && takenBack.has(keyOf(own, found.won));
        if (isSale || isTakenTwice || (left.get(found.won) ?? 0) < 0) return found;
      }
      return undefined;
    },
  };
}

/** What tells the sale that a line is of, or undoes: its receipt or else its moment, and the amount. */
function placeOf({ receipt, day, time, amount }: Sale): string | undefined {
  if (receipt === undefined && time === '') return undefined;
  return `${receipt ?? `at ${day} ${time}`} of ${Math.abs(amount)}`;
}
