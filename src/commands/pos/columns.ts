import { parseWon } from './amounts';
import { candidates, chosenColumn, type ColumnChoice, columnsCalled, oneOf } from './column-choice';
import {
  AMOUNT_NAMES,
  type ColumnName,
  DAY_NAMES,
  formsOf,
  NET_NAMES,
  OF_THIS_FILE,
  RECEIPT_NAMES,
  REFUND_AMOUNT_NAMES,
  REFUND_NAMES,
  STORE_NAMES,
  TILL_NAMES,
} from './column-names';
import type { DayReader } from './days';
import { findMarkColumns, type MarkColumn } from './mark-columns';
import type { MarkWords } from './marks';

/** Won: smaller numbers count refunds, as no day has so many. */
const SMALLEST_SUM = 100;

/** The columns of an export that are read, by index. */
export interface Columns {
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
  /** What was given back of the line's amount, to be taken off. */
  readonly refundAmount: number | undefined;
  /** Looks like `refundAmount`; whether it is to be taken off has not been stated. */
  readonly refundAmountInDoubt: number | undefined;
  /** Tell which store made the sale: of all lines the same. */
  readonly stores: readonly number[];
  /** Columns that depend on the line's place in this file: row numbers and running totals. */
  readonly ofThisFile: ReadonlySet<number>;
}

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

/**
 * Reads names as the header of an export. A name alone decides nothing: a column of days holds days, one of amounts amounts,
 * one of marks words that are known.
 *
 * @returns undefined when the names are no header: they do not name both days and amounts
 * @throws CommandError when it is in doubt which column is meant
 */
export function readColumns(names: readonly ColumnName[], evidence: ColumnEvidence): Columns | undefined {
  const { sample, choice, readDay, hasStatedDay } = evidence;
  const holds = (can: (cell: string) => boolean) => (column: number) =>
    sample.length === 0 || sample.some((cells) => can(cells[column] ?? ''));
  const holdsDays = holds((cell) => readDay(cell) !== undefined);
  const holdsWon = holds((cell) => parseWon(cell) !== undefined);
  const find = (
    which: 'date' | 'amount' | 'receipt' | 'till',
    known: Parameters<typeof candidates>[1],
    fits?: (column: number) => boolean,
  ): number | undefined => {
    const chosen = choice[which];
    if (chosen === 'none' && (which === 'receipt' || which === 'till')) return undefined;
    return chosen === undefined
      ? oneOf(candidates(names, known, fits), names, which)
      : chosenColumn(names, chosen, which);
  };

  const day = find('date', DAY_NAMES, holdsDays);
  const amount = find('amount', AMOUNT_NAMES, holdsWon);
  if (amount === undefined || (day === undefined && !hasStatedDay)) return undefined;
  const refundAmount = findRefundAmount(names, evidence, amount);
  return {
    ...{ names, day, amount, ...refundAmount },
    receipt: find('receipt', RECEIPT_NAMES),
    till: find('till', TILL_NAMES),
    marks: findMarkColumns(names, evidence),
    stores: findStores(names, choice),
    ofThisFile: new Set(
      names.flatMap((name, index) => (formsOf(name).some((form) => OF_THIS_FILE.test(form)) ? [index] : [])),
    ),
  };
}

function findStores(names: readonly ColumnName[], { store }: ColumnChoice): readonly number[] {
  if (store === undefined) return candidates(names, STORE_NAMES);
  const chosen = store === 'none' ? undefined : chosenColumn(names, store, 'store');
  return chosen === undefined ? [] : [chosen];
}

/** What is left after refunds has no more to be taken off. */
function findRefundAmount(
  names: readonly ColumnName[],
  { choice: { refundAmount: chosen, refund }, sample }: ColumnEvidence,
  amount: number,
): Pick<Columns, 'refundAmount' | 'refundAmountInDoubt'> {
  if (chosen !== undefined) {
    const refundAmount = chosen === 'none' ? undefined : chosenColumn(names, chosen, 'refundAmount');
    return { refundAmount, refundAmountInDoubt: undefined };
  }
  const isNet = formsOf(names[amount]!).some((form) => NET_NAMES.some((net) => net === form));
  const marking = refund === undefined || refund === 'none' ? [] : columnsCalled(names, refund);
  const named = candidates(names, REFUND_AMOUNT_NAMES);
  // A column that is called refunds and holds sums is none of marks.
  const holdsSums = (column: number): boolean =>
    sample.some((cells) => Math.abs(parseWon(cells[column] ?? '') ?? 0) >= SMALLEST_SUM);
  const summing = candidates(names, REFUND_NAMES).filter(holdsSums);
  const found = isNet
    ? []
    : (named.length > 0 ? named : summing).filter((column) => column !== amount && !marking.includes(column));
  return { refundAmount: undefined, refundAmountInDoubt: oneOf(found, names, 'refundAmount') };
}
