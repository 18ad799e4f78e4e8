import { CommandError } from '../fail';
import { parseWon } from './amounts';
import { candidates, chosenColumn, type ColumnChoice, oneOf } from './column-choice';
import { valuesOf } from './column-evidence';
import { type ColumnName, MARK_NAMES, shown } from './column-names';
import {
  createMarkReader,
  isCancelledByEnding,
  isCode,
  isWay,
  type MarkReader,
  type MarkWords,
  tellsKinds,
} from './marks';

/** A column that says of each line whether it was sold or given back. */
export interface MarkColumn {
  readonly column: number;
  readonly read: MarkReader;
  /** Whether it says so where a line was sold, so that an empty cell leaves something open. */
  readonly saysSold: boolean;
  /** Whether no whole line leaves it empty. */
  readonly isAlwaysFilled: boolean;
}

interface Evidence {
  readonly sample: readonly (readonly string[])[];
  readonly choice: ColumnChoice;
  readonly markWords: MarkWords;
}

const MOST_CODES_NAMED = 5;

/** What the sample shows a column to hold. */
type Holding = 'marks' | 'nothing' | 'counts' | 'codes' | 'some marks' | 'ways' | 'other words';

/**
 * Finds the columns that mark refunds among those that are called so. Where some hold known words throughout, those that hold
 * none of them mark something else, like how the card was read; columns of numbers count, unless they tell kinds, and words
 * for how a thing was served or paid say nothing of refunds.
 *
 * @throws CommandError when it is in doubt which column is meant
 */
export function findMarkColumns(
  names: readonly ColumnName[],
  { sample, choice, markWords }: Evidence,
): readonly MarkColumn[] {
  const readerOf = (column: number, isChosen: boolean): MarkColumn => ({
    column,
    ...describeFilling(
      column,
      createMarkReader(names[column]!.at(-1)!, markWords, {
        isChosen,
        hasEndings: isChosen || valuesOf(column, sample).some(isCancelledByEnding),
      }),
    ),
  });
  const describeFilling = (column: number, read: MarkReader): Omit<MarkColumn, 'column'> => ({
    read,
    saysSold:
      markWords.sold?.includes('') !== true &&
      valuesOf(column, sample).some((value) => read(value) === 'sold'),
    isAlwaysFilled: sample
      .filter((cells) => cells.length >= names.length)
      .every((cells) => (cells[column] ?? '') !== ''),
  });
  if (choice.refund === 'none') return [];
  if (choice.refund !== undefined) {
    const chosen = chosenColumn(names, choice.refund, 'refund');
    return chosen === undefined ? [] : [readerOf(chosen, true)];
  }
  const found = candidates(names, MARK_NAMES).map((column) => readerOf(column, false));
  const holding = (what: Holding): readonly MarkColumn[] =>
    found.filter((column) => holdingOf(column, names[column.column]!, sample) === what);
  requireNoDoubt(holding('counts'), names, sample);
  requireNoCodes(holding('codes'), names, sample);
  const [marking, someMarking] = [holding('marks'), holding('some marks')];
  if (marking.length > 0 && someMarking.length === 0) return [...marking, ...holding('nothing')];
  const unclear = someMarking.length > 0 ? [...marking, ...someMarking] : holding('other words');
  oneOf(
    unclear.map(({ column }) => column).sort((one, other) => one - other),
    names,
    'refund',
  );
  return [...unclear, ...holding('nothing')];
}

function holdingOf(
  { column, read }: MarkColumn,
  name: ColumnName,
  sample: readonly (readonly string[])[],
): Holding {
  const values = valuesOf(column, sample);
  if (values.length === 0) return 'nothing';
  const unknown = values.filter((value) => read(value) === undefined);
  if (unknown.length === 0) return 'marks';
  if (tellsKinds(name.at(-1)!) && values.every(isCode)) return 'codes';
  if (unknown.every((value) => parseWon(value) !== undefined)) return 'counts';
  if (values.every(isWay)) return 'ways';
  return unknown.length < values.length ? 'some marks' : 'other words';
}

/** What a code means is known to the POS alone. */
function requireNoCodes(
  codes: readonly MarkColumn[],
  names: readonly ColumnName[],
  sample: readonly (readonly string[])[],
): void {
  const [first] = codes;
  if (first === undefined) return;
  const kinds = [...new Set(valuesOf(first.column, sample))].slice(0, MOST_CODES_NAMED);
  throw new CommandError(
    `--refund-column: what do ${kinds.map((code) => `"${code}"`).join(' and ')} of "${shown(names[first.column]!)}" mean? ` +
      'Say it in a layout (marks), or say --refund-column none.',
  );
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
