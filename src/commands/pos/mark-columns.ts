import { CommandError } from '../fail';
import { parseWon } from './amounts';
import { candidates, chosenColumn, type ColumnChoice, oneOf } from './column-choice';
import { type ColumnName, MARK_NAMES, shown } from './column-names';
import { createMarkReader, type MarkReader, type MarkWords } from './marks';

/** A column that says of each line whether it was sold or given back. */
export interface MarkColumn {
  readonly column: number;
  readonly read: MarkReader;
}

interface Evidence {
  readonly sample: readonly (readonly string[])[];
  readonly choice: ColumnChoice;
  readonly markWords: MarkWords;
}

/** What the sample shows a column to hold. */
type Holding = 'marks' | 'nothing' | 'numbers' | 'some marks' | 'other words';

/**
 * Finds the columns that mark refunds among those that are called so. Where some hold known words throughout, those that hold
 * other words mark something else, like how the card was read; columns of numbers count.
 *
 * @throws CommandError when it is in doubt which column is meant
 */
export function findMarkColumns(
  names: readonly ColumnName[],
  { sample, choice, markWords }: Evidence,
): readonly MarkColumn[] {
  const readerOf = (column: number, isChosen: boolean): MarkColumn => ({
    column,
    read: createMarkReader(names[column]!.at(-1)!, markWords, isChosen),
  });
  if (choice.refund === 'none') return [];
  if (choice.refund !== undefined) {
    const chosen = chosenColumn(names, choice.refund, 'refund');
    return chosen === undefined ? [] : [readerOf(chosen, true)];
  }
  const found = candidates(names, MARK_NAMES).map((column) => readerOf(column, false));
  const holding = (...what: Holding[]): MarkColumn[] =>
    found.filter((column) => what.includes(holdingOf(column, sample)));
  requireNoDoubt(holding('numbers'), names, sample);
  const marking = holding('marks');
  if (marking.length > 0) return [...marking, ...holding('nothing')];
  const unclear = holding('some marks').length > 0 ? holding('some marks') : holding('other words');
  oneOf(
    unclear.map(({ column }) => column),
    names,
    'refund',
  );
  return [...unclear, ...holding('nothing')];
}

function holdingOf({ column, read }: MarkColumn, sample: readonly (readonly string[])[]): Holding {
  const values = sample.map((cells) => cells[column] ?? '').filter((cell) => cell !== '');
  if (values.length === 0) return 'nothing';
  const known = values.filter((value) => read(value) !== undefined).length;
  if (known === values.length) return 'marks';
  if (values.every((value) => read(value) !== undefined || parseWon(value) !== undefined)) return 'numbers';
  return known > 0 ? 'some marks' : 'other words';
}

/** Where there is nothing but 0 and 1, they may count as well as mark. */
function requireNoDoubt(
  numbers: readonly MarkColumn[],
  names: readonly ColumnName[],
  sample: readonly (readonly string[])[],
): void {
  for (const { column } of numbers) {
    if (sample.some((cells) => !['', '0', '1'].includes(cells[column] ?? ''))) continue;
    const name = shown(names[column]!);
    throw new CommandError(
      `--refund-column: does "${name}" mark refunds by 1, or count them? Say --refund-column "${name}", or none.`,
    );
  }
}
