import { parseWon } from './amounts';
import type { ColumnChoice } from './column-choice';
import type { DayReader } from './days';
import type { MarkWords } from './marks';

/** What decides beside the names which column is meant. */
export interface ColumnEvidence {
  /** Lines below the header. */
  readonly sample: readonly (readonly string[])[];
  readonly choice: ColumnChoice;
  readonly readDay: DayReader;
  readonly markWords: MarkWords;
  /** A day was stated, so no column need name it. */
  readonly hasStatedDay: boolean;
}

/** What the sample shows a column to hold, without empty cells. */
export function valuesOf(column: number, sample: ColumnEvidence['sample']): readonly string[] {
  return sample.map((cells) => cells[column] ?? '').filter((cell) => cell !== '');
}

/** The amount in a cell; an empty one is none, and counts nothing. */
export function wonIn(cells: readonly string[], column: number): number {
  return parseWon(cells[column] ?? '') ?? 0;
}
