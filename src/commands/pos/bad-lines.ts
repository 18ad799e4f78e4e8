import { shown } from './column-names';
import type { Columns } from './columns';
import type { BadLine } from './sale-line';

const LONGEST_QUOTE = 40;

/** A cell that cannot be read, or is missing. */
export function unreadable(
  cells: readonly string[],
  columns: Columns,
  column: number,
  problem: string,
): BadLine {
  const isEmpty = (cells[column] ?? '') === '';
  return bad(
    isEmpty ? `${shown(columns.names[column]!)}: is empty` : `${quoted(cells, columns, column)} ${problem}`,
  );
}

export function quoted(cells: readonly string[], { names }: Columns, column: number): string {
  const cell = cells[column] ?? '';
  const text = cell.length > LONGEST_QUOTE ? `${cell.slice(0, LONGEST_QUOTE)}…` : cell;
  return `${shown(names[column]!)}: "${text}"`;
}

export function bad(problem: string): BadLine {
  return { kind: 'bad', problem };
}

/** What can be read in two ways. */
export function doubt(problem: string): BadLine {
  return { kind: 'bad', problem, isDoubt: true };
}
