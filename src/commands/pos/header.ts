import { parseWon } from './amounts';
import { candidates, type ColumnChoice, columnsCalled } from './column-choice';
import {
  AMOUNT_NAMES,
  type ColumnName,
  DAY_NAMES,
  type Names,
  RECEIPT_NAMES,
  TILL_NAMES,
} from './column-names';
import { parseSaleMoment } from './days';
import type { Row } from './table';

/** The header of an export: one row, or two of which the upper one groups the lower one's names. */
export interface Header {
  readonly names: readonly ColumnName[];
  readonly rows: readonly Row[];
  /** How many lines precede the first sale: titles and the header. */
  readonly end: number;
}

export interface HeaderWanted {
  readonly choice: ColumnChoice;
  /** A day was stated, so the header need not name it. */
  readonly hasStatedDay: boolean;
}

/** How many lines are searched for the header: exports begin with a title, the store's name, the selected days. */
const DEEPEST_HEADER = 20;

/** @returns undefined when none of the first lines names both days and amounts */
export function findHeader(beginning: readonly Row[], wanted: HeaderWanted): Header | undefined {
  for (const index of beginning.slice(0, DEEPEST_HEADER).keys()) {
    const header = headersAt(beginning, index).find(({ names }) => isHeader(names, wanted));
    if (header !== undefined) return header;
  }
  return undefined;
}

/** The line to show in an error: the one that names the most wanted columns, and of those the widest. */
export function likeliestHeader(beginning: readonly Row[], wanted: HeaderWanted): readonly ColumnName[] {
  const rank = (names: readonly ColumnName[]): number => likeness(names, wanted) * 1_000 + names.length;
  return beginning
    .slice(0, DEEPEST_HEADER)
    .map(({ cells }) => cells.map((cell) => [cell]))
    .reduce<readonly ColumnName[]>((best, names) => (rank(names) > rank(best) ? names : best), []);
}

/** The headers that may begin at a line: of two rows where the second one continues the first, else of one. */
function headersAt(beginning: readonly Row[], index: number): readonly Header[] {
  const [upper, lower] = [beginning[index]!, beginning[index + 1]];
  const single = { names: upper.cells.map((cell) => [cell]), rows: [upper], end: index + 1 };
  if (lower === undefined || !continues(upper.cells, lower.cells)) return [single];
  return [{ names: joined(upper.cells, lower.cells), rows: [upper, lower], end: index + 2 }, single];
}

/** Whether a row names parts of the groups that the row above it names: it says something where that one is empty, and holds no values. */
function continues(upper: readonly string[], lower: readonly string[]): boolean {
  const named = (cells: readonly string[]): number => cells.filter((cell) => cell !== '').length;
  if (named(upper) < 2 || named(lower) < 2 || [...upper, ...lower].some(isValue)) return false;
  if (!namesAny(upper)) return false;
  return lower.some((cell, index) => cell !== '' && (upper[index] ?? '') === '');
}

/** A group's name stands above its first column, and holds for the empty cells beside it. */
function joined(upper: readonly string[], lower: readonly string[]): readonly ColumnName[] {
  let group = '';
  return Array.from({ length: Math.max(upper.length, lower.length) }, (_, index) => {
    const [above, below] = [upper[index] ?? '', lower[index] ?? ''];
    if (above !== '') group = above;
    return [above === '' && below === '' ? '' : group, below].filter((part) => part !== '');
  }).map((name) => (name.length === 0 ? [''] : name));
}

function isValue(cell: string): boolean {
  return parseWon(cell) !== undefined || parseSaleMoment(cell) !== undefined;
}

function namesAny(cells: readonly string[]): boolean {
  const names = cells.map((cell) => [cell]);
  return [DAY_NAMES, AMOUNT_NAMES, RECEIPT_NAMES, TILL_NAMES].some(
    (known) => candidates(names, known).length > 0,
  );
}

function isHeader(names: readonly ColumnName[], wanted: HeaderWanted): boolean {
  if (!wanted.hasStatedDay) return likeness(names, wanted) === 2;
  const isRow = names.filter(([first]) => first !== '').length >= 3 && !names.flat().some(isValue);
  return isRow && positions(names, AMOUNT_NAMES, wanted.choice.amount).length > 0;
}

/** How many of the two are named: days, and amounts. */
function likeness(names: readonly ColumnName[], { choice }: HeaderWanted): number {
  const known = [positions(names, DAY_NAMES, choice.date), positions(names, AMOUNT_NAMES, choice.amount)];
  return known.filter(({ length }) => length > 0).length;
}

/** A choice by number or letter points at a name only where the cell is not empty and no value. */
function positions(names: readonly ColumnName[], known: Names, chosen: string | undefined): number[] {
  if (chosen === undefined) return candidates(names, known);
  return columnsCalled(names, chosen).filter((index) =>
    names[index]!.some((part) => part !== '' && !isValue(part)),
  );
}
