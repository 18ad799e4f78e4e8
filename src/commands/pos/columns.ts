import { requireNoRatherMeant, requireWon } from './amount-doubts';
import { parseWon } from './amounts';
import {
  candidates,
  chosenColumn,
  type ColumnChoice,
  namedAsWell,
  oneOf,
  quoteHeader,
} from './column-choice';
import { type ColumnEvidence, valuesOf } from './column-evidence';
import {
  AMOUNT_NAMES,
  type ColumnName,
  CURRENCY_NAMES,
  DAY_NAMES,
  type Names,
  RECEIPT_NAMES,
  shown,
  STORE_NAMES,
  TILL_NAMES,
} from './column-names';
import { CommandError } from '../fail';
import { isCurrency } from './currencies';
import { parseTime } from './days';
import { findOfThisFile } from './of-this-file';
import { findMarkColumns, type MarkColumn } from './mark-columns';
import { findRefundAmounts, type RefundAmounts } from './refund-amounts';
import { findUntoldRefunds, type UntoldRefunds } from './unread-columns';

/** The columns of an export that are read, by index. */
export interface Columns extends RefundAmounts, UntoldRefunds {
  readonly names: readonly ColumnName[];
  /** Undefined where all sales are of a day that was stated. */
  readonly day: number | undefined;
  readonly amount: number;
  /** The receipt number. */
  readonly receipt: number | undefined;
  /** The till: each till has receipt numbers of its own. */
  readonly till: number | undefined;
  /** Say whether the line is a sale or a refund. Those that speak must agree. */
  readonly marks: readonly MarkColumn[];
  /** Say what money the amount is. */
  readonly currencies: readonly number[];
  /** Tell which store made the sale: of all lines the same. */
  readonly stores: readonly number[];
  /** Columns that depend on the line's place in this file: row numbers and running totals. */
  readonly ofThisFile: ReadonlySet<number>;
}

/** A kind of column whose values are told from others. */
interface Kind {
  readonly known: Names;
  /** Whether a cell is a value of the kind. */
  readonly is: (cell: string) => boolean;
  /** Whether a cell that is none may be meant as one. */
  readonly mayBe: (cell: string) => boolean;
  readonly unlike: string;
}

/**
 * Reads names as the header of an export. A name alone decides nothing: a column of days holds days, one of amounts amounts,
 * one of marks words that are known.
 *
 * @returns undefined when the names are no header: they do not name both days and amounts
 * @throws CommandError when it is in doubt which column is meant
 */
export function readColumns(names: readonly ColumnName[], evidence: ColumnEvidence): Columns | undefined {
  const { choice, readDay, hasStatedDay } = evidence;
  const day = findKind(names, evidence, 'date', {
    known: DAY_NAMES,
    is: (cell) => readDay(cell) !== undefined,
    mayBe: (cell) => parseTime(cell) === undefined,
    unlike:
      'no day of the years 2000 to 2100. Say how days are written by --date-format, or which column is meant by --date-column.',
  });
  const amount = findKind(names, evidence, 'amount', {
    known: AMOUNT_NAMES,
    is: (cell) => parseWon(cell) !== undefined,
    mayBe: (cell) => readDay(cell) === undefined,
    unlike: 'no whole amount of won. Say which column is meant.',
  });
  if (amount === undefined || (day === undefined && !hasStatedDay)) return undefined;
  requireWon(names, amount);
  requireNoRatherMeant(names, evidence, amount);
  const receipt = findNumber(names, choice, 'receipt', RECEIPT_NAMES);
  const till = findNumber(names, choice, 'till', TILL_NAMES);
  const marks = findMarkColumns(names, evidence);
  const read = [day, amount, receipt, till, ...marks.map(({ column }) => column)];
  return {
    ...{ names, day, amount, ...findRefundAmounts(names, evidence, amount) },
    ...{ receipt, till, marks, ...findUntoldRefunds(names, choice, read) },
    currencies: candidates(names, CURRENCY_NAMES).filter((column) =>
      valuesOf(column, evidence.sample).every(isCurrency),
    ),
    stores: findStores(names, choice),
    ofThisFile: findOfThisFile(names, evidence, { amount, read }),
  };
}

/**
 * The column that holds what its name says. Moments that are times alone name no day.
 *
 * @throws CommandError when one that is named as well or better holds what cannot be read
 */
function findKind(
  names: readonly ColumnName[],
  { sample, choice }: ColumnEvidence,
  which: 'date' | 'amount',
  { known, is, mayBe, unlike }: Kind,
): number | undefined {
  const chosen = choice[which];
  if (chosen !== undefined) return chosenColumn(names, chosen, which);
  const holds = (column: number): boolean => sample.length === 0 || valuesOf(column, sample).some(is);
  const found = oneOf(candidates(names, known, holds), names, which);
  if (found === undefined) return undefined;
  const unreadable = (column: number): string | undefined =>
    holds(column) ? undefined : valuesOf(column, sample).find((cell) => /\d/.test(cell) && mayBe(cell));
  if (!holds(found)) {
    const values = valuesOf(found, sample);
    return values.length > 0 && !values.some(mayBe) ? undefined : found;
  }
  for (const column of namedAsWell(names, known, found)) {
    const value = unreadable(column);
    if (value === undefined) continue;
    throw new CommandError(
      `${which === 'date' ? '--date-column' : '--amount-column'}: "${shown(names[column]!)}" holds "${value}", which is ` +
        `${unlike} ${quoteHeader(names)}`,
    );
  }
  return found;
}

function findNumber(
  names: readonly ColumnName[],
  choice: ColumnChoice,
  which: 'receipt' | 'till',
  known: Names,
): number | undefined {
  const chosen = choice[which];
  if (chosen === 'none') return undefined;
  return chosen === undefined
    ? oneOf(candidates(names, known), names, which)
    : chosenColumn(names, chosen, which);
}

function findStores(names: readonly ColumnName[], { store }: ColumnChoice): readonly number[] {
  if (store === undefined) return candidates(names, STORE_NAMES);
  const chosen = store === 'none' ? undefined : chosenColumn(names, store, 'store');
  return chosen === undefined ? [] : [chosen];
}
