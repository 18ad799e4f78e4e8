import { parseWon } from './amounts';
import { formsOf } from './column-names';
import type { Columns } from './columns';
import { type DayReader, parseTime } from './days';

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
