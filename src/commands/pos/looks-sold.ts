import { parseWon } from './amounts';
import { formsOf, OF_THINGS } from './column-names';
import type { Columns } from './columns';
import { type DayReader, parseTime } from './days';

/** A store sells no more kinds of things; what is longer is a list of remarks. */
const MOST_THINGS = 10_000;
const OF_QUANTITIES = /수량|qty|quantity/;

/** Whether a line that is called like a sum has what one sale has by itself: a receipt with a quantity or a time. */
export function looksSold(
  cells: readonly string[],
  called: number,
  { columns, readDay }: { readonly columns: Columns; readonly readDay: DayReader },
): boolean {
  const { day, amount, receipt, till, names } = columns;
  if ([day, amount, receipt, till].includes(called)) return false;
  const isTimed = hasTime(cells) || (day !== undefined && (readDay(cells[day] ?? '')?.time ?? '') !== '');
  if (receipt === undefined) return isTimed;
  if ((cells[receipt] ?? '') === '') return false;
  return isTimed || names.some((name, column) => isQuantity(formsOf(name), cells[column] ?? ''));
}

export function hasTime(cells: readonly string[]): boolean {
  return cells.some((cell) => parseTime(cell) !== undefined);
}

function isQuantity(forms: readonly string[], cell: string): boolean {
  return forms.some((form) => OF_QUANTITIES.test(form)) && (parseWon(cell) ?? 0) !== 0;
}

/** Remembers what was sold: a line that names one of these is a sale, whatever it adds up to. */
export function createThingsSold({ names }: Columns): {
  add(cells: readonly string[]): void;
  isSold(cells: readonly string[]): boolean;
} {
  const columns = [...names.keys()].filter((column) =>
    formsOf(names[column]!).some((form) => OF_THINGS.test(form)),
  );
  const sold = new Set<string>();
  return {
    add(cells) {
      for (const column of columns) {
        const thing = cells[column] ?? '';
        if (thing !== '' && sold.size < MOST_THINGS) sold.add(thing);
      }
    },
    isSold: (cells) => columns.some((column) => sold.has(cells[column] ?? '')),
  };
}
