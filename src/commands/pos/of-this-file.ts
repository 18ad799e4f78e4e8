import { type ColumnEvidence, valuesOf } from './column-evidence';
import { parseWon } from './amounts';
import { type ColumnName, formsOf, OF_THIS_FILE } from './column-names';

/** Fewer lines may count up, or add up, by chance. */
const LINES_THAT_TELL = 3;

/** Finds columns that depend on a line's place in its file: by their name, or because they count lines or add up amounts. */
export function findOfThisFile(
  names: readonly ColumnName[],
  { sample }: ColumnEvidence,
  { amount, read }: { readonly amount: number; readonly read: readonly (number | undefined)[] },
): ReadonlySet<number> {
  const places = [...names.keys()].filter((column) => {
    if (formsOf(names[column]!).some((form) => OF_THIS_FILE.test(form))) return true;
    if (read.includes(column) || valuesOf(column, sample).length < LINES_THAT_TELL) return false;
    return countsLines(column, sample) || addsUp(column, amount, sample);
  });
  return new Set(places);
}

function countsLines(column: number, sample: ColumnEvidence['sample']): boolean {
  return sample.every((cells, place) => parseWon(cells[column] ?? '') === place + 1);
}

function addsUp(column: number, amount: number, sample: ColumnEvidence['sample']): boolean {
  let sum = 0;
  return sample.every((cells) => {
    sum += parseWon(cells[amount] ?? '') ?? 0;
    return parseWon(cells[column] ?? '') === sum;
  });
}
