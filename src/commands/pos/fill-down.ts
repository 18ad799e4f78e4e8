import type { Columns } from './columns';
import type { Row } from './table';

/**
 * Fills what stands once for several lines, because cells were merged: the day, the till, the receipt number and its mark,
 * never an amount. That is sure only where the line continues the receipt or the day above: what is further to the right in
 * this order is filled only while nothing before it is new.
 *
 * @param above the filled cells of the sale above; undefined where there is none that this line could continue
 */
export function fillDown(
  row: Row,
  columns: Columns,
  above: readonly string[] | undefined,
): readonly string[] {
  const { cells, mergedWithAbove } = row;
  if (above === undefined) return cells;
  const keys = [columns.day, columns.till, columns.receipt].filter((column) => column !== undefined);
  const isBlank = (column: number): boolean => (cells[column] ?? '') === '';
  const isMerged = (column: number): boolean => mergedWithAbove?.has(column) === true;
  const mergedMarks = columns.marks.map(({ column }) => column).filter(isMerged);
  const unfilled = filled(cells, above, mergedMarks);
  const first = keys[0];
  if (first === undefined || !isBlank(first))
    return filled(cells, above, [...keys.filter(isMerged), ...mergedMarks]);
  const hasReceipt = columns.receipt !== undefined;
  const isNumbered = columns.receipt !== undefined && !isBlank(columns.receipt);
  if (!isNumbered && !isMerged(first) && !namesSomething(cells, columns)) return unfilled;
  const firstNew = keys.findIndex((column) => !isBlank(column));
  const leading = firstNew < 0 ? keys : keys.slice(0, firstNew);
  if (!hasReceipt && !leading.every(isMerged)) return unfilled;
  const continuesReceipt = hasReceipt && firstNew < 0;
  // Of another day or till, and of no receipt: it continues nothing.
  if (hasReceipt && !continuesReceipt && isBlank(columns.receipt)) return unfilled;
  // Below a subtotal a receipt of its own begins.
  if (continuesReceipt && above[columns.receipt] === '') return unfilled;
  const marks = continuesReceipt ? columns.marks.map(({ column }) => column).filter(isBlank) : [];
  return filled(cells, above, [...leading, ...marks, ...mergedMarks]);
}

/** A line of figures alone may be a sum over others, without a word that says so. */
export function namesSomething(cells: readonly string[], { day }: Columns): boolean {
  return cells.some((cell, column) => column !== day && /\p{L}/u.test(cell));
}

function filled(
  cells: readonly string[],
  above: readonly string[],
  which: readonly number[],
): readonly string[] {
  if (which.length === 0) return cells;
  return cells.map((cell, column) => (cell === '' && which.includes(column) ? (above[column] ?? '') : cell));
}
