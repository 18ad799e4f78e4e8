import { CommandError } from '../fail';
import { type ColumnName, formsOf, type Names, plainName, shown } from './column-names';

/** Columns given as options: by name, by number from 1, or by letter as spreadsheets have them. */
export interface ColumnChoice {
  readonly date?: string | undefined;
  readonly amount?: string | undefined;
  /** `none` where receipt numbers are not to tell sales apart. */
  readonly receipt?: string | undefined;
  readonly till?: string | undefined;
  /** `none` where a column looks like one of refunds and is not. */
  readonly refund?: string | undefined;
  /** `none` where what was given back is not to be taken off. */
  readonly refundAmount?: string | undefined;
  /** `none` where a column looks like one of stores and is not. */
  readonly store?: string | undefined;
}

/** The option of each choice, for errors. */
const OPTIONS: Record<keyof ColumnChoice, string> = {
  date: '--date-column',
  amount: '--amount-column',
  receipt: '--receipt-column',
  till: '--till-column',
  refund: '--refund-column',
  refundAmount: '--refund-amount-column',
  store: '--store-column',
};

/** The columns that a choice may mean: those of this very name, else of one like it, else the one of this number or letter. */
export function columnsCalled(names: readonly ColumnName[], chosen: string): number[] {
  const very = names.flatMap((name, index) => (veryName(shown(name)) === veryName(chosen) ? [index] : []));
  if (very.length > 0) return very;
  const plain = plainName(chosen);
  const named = names.flatMap((name, index) => (formsOf(name).includes(plain) ? [index] : []));
  if (named.length > 0) return named;
  const place = placeOf(chosen.trim());
  return place !== undefined && place < names.length ? [place] : [];
}

/**
 * The columns that are named as well as the one that was found or better, and are another one.
 *
 * @param known more specific groups first
 */
export function namedAsWell(names: readonly ColumnName[], known: Names, found: number): number[] {
  const isIn = (group: Names[number], column: number): boolean =>
    formsOf(names[column]!).some((form) => group.includes(form));
  const last = known.findIndex((group) => isIn(group, found));
  const groups = known.slice(0, last + 1);
  return [...names.keys()].filter(
    (column) => column !== found && groups.some((group) => isIn(group, column)),
  );
}

/** The columns of the most specific group of names that has any that fit; where none fits, of the first group that has any. */
export function candidates(
  names: readonly ColumnName[],
  known: Names,
  fits: (column: number) => boolean = () => true,
): number[] {
  const groups = known.map((group) =>
    names.flatMap((name, index) => (formsOf(name).some((form) => group.includes(form)) ? [index] : [])),
  );
  const fitting = groups.map((group) => group.filter(fits));
  return fitting.find(({ length }) => length > 0) ?? groups.find(({ length }) => length > 0) ?? [];
}

/**
 * The one column that is meant.
 *
 * @throws CommandError when there are several
 */
export function oneOf(
  found: readonly number[],
  names: readonly ColumnName[],
  choice: keyof ColumnChoice,
): number | undefined {
  if (found.length <= 1) return found[0];
  throw new CommandError(
    `${OPTIONS[choice]}: ${which(found, names)}? Say which is meant. ${quoteHeader(names)}`,
  );
}

/**
 * The one column that a choice names.
 *
 * @throws CommandError when there is none, or several
 */
export function chosenColumn(
  names: readonly ColumnName[],
  chosen: string,
  choice: keyof ColumnChoice,
): number | undefined {
  const found = columnsCalled(names, chosen);
  if (found.length === 0) throw new CommandError(`There is no column "${chosen}". ${quoteHeader(names)}`);
  return oneOf(found, names, choice);
}

export function quoteHeader(names: readonly ColumnName[]): string {
  return `The header is: ${names.map(shown).join(' | ')}`;
}

/** With what stands in brackets, which may be all that tells it from another one. */
function veryName(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/\s/g, '');
}

/** Names that are alike are told apart by their letters. */
function which(found: readonly number[], names: readonly ColumnName[]): string {
  const texts = found.map((index) => shown(names[index]!));
  const areAlike = new Set(texts).size < texts.length;
  return found
    .map((index, place) => (areAlike ? `${letterOf(index)} "${texts[place]}"` : `"${texts[place]}"`))
    .join(' or ');
}

function placeOf(text: string): number | undefined {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text) - 1;
  if (!/^[A-Z]{1,3}$/i.test(text)) return undefined;
  let number = 0;
  for (const letter of text.toUpperCase()) number = number * 26 + letter.charCodeAt(0) - 64;
  return number - 1;
}

/** The letter by which a spreadsheet names a column. */
export function letterOf(index: number): string {
  const rest = index % 26;
  const letter = String.fromCharCode(65 + rest);
  return index < 26 ? letter : letterOf((index - rest) / 26 - 1) + letter;
}
