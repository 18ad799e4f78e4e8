import type { LocalDay } from '../../domain/values';
import { CommandError } from '../fail';
import { type CancelledInDoubt, createCancelledMarks } from './cancelled-marks';
import { createDayListCheck } from './day-list';
import type { Layout } from './layout';
import { createRepeatedAmounts, type RepeatedAmount } from './repeated-amounts';
import type { NumberedLine, Sale, SumSign } from './sale-line';
import { createTotalsCheck, type TotalsFound } from './totals';
import { createUntoldSums, type UntoldSum } from './untold-sums';

/** A line whose amount lies at the edge. */
export interface Extreme {
  readonly number: number;
  readonly day: LocalDay;
  readonly amount: number;
}

/** How many lines with a sign were left out, and what they say together. */
export type SumsLeftOut = Map<
  string,
  { readonly sign: SumSign; readonly lines: number; readonly won: bigint }
>;

/** What an export holds. */
export interface Survey {
  sales: number;
  refunds: number;
  /** In won. A bigint, because a million large sales add up to more than a number holds exactly. */
  salesAmount: bigint;
  refundsAmount: bigint;
  smallest: Extreme | undefined;
  largest: Extreme | undefined;
  firstDay: LocalDay | undefined;
  lastDay: LocalDay | undefined;
  readonly days: Set<LocalDay>;
  /** The stores that each of the columns of stores names. */
  readonly stores: Set<string>[];
  /** The numbers of the lines that add up other lines. */
  readonly totals: number[];
  /** Those of them that no word tells, by what they have: they may not have been asked about. */
  readonly sumsLeftOut: SumsLeftOut;
  cancelled: number;
  continued: number;
  bad: number;
  /** Those of the bad lines that could be read in two ways. */
  doubts: number;
}

export interface SurveyOptions {
  readonly layout: Layout;
  readonly onBad: (number: number, problem: string) => void;
  readonly onLine: (survey: Survey) => void;
  readonly signal: AbortSignal;
}

/** What is noticed of an export besides what it holds. */
export interface Surveyed {
  readonly found: Survey;
  readonly totals: TotalsFound;
  readonly repeated: RepeatedAmount | undefined;
  readonly isDayList: boolean;
  readonly cancelledInDoubt: CancelledInDoubt | undefined;
  /** The first line that may be a sum. */
  readonly untoldSum: UntoldSum | undefined;
}

/** Reads all lines, compares the file's totals with them, and sends nothing. */
export async function survey(
  lines: AsyncIterable<NumberedLine>,
  { layout, onBad, onLine, signal }: SurveyOptions,
): Promise<Surveyed> {
  const found: Survey = {
    ...{ sales: 0, refunds: 0, salesAmount: 0n, refundsAmount: 0n, smallest: undefined, largest: undefined },
    ...{ cancelled: 0, continued: 0, bad: 0, doubts: 0 },
    ...{ firstDay: undefined, lastDay: undefined, days: new Set(), stores: [], totals: [] },
    sumsLeftOut: new Map(),
  };
  const totals = createTotalsCheck();
  const repeated = createRepeatedAmounts(layout.columns);
  const dayList = createDayListCheck(layout);
  const cancelled = createCancelledMarks(layout);
  const sums = createUntoldSums(layout.columns);
  for await (const numbered of lines) {
    if (signal.aborted) throw new CommandError('Interrupted before anything was sent.');
    for (const check of [totals, repeated, dayList, cancelled, sums]) check.add(numbered);
    const { number, line } = numbered;
    if (line.kind === 'sum') addSum(found.sumsLeftOut, line.sign, line.amount);
    if (line.kind === 'sale') addSale(found, number, line);
    else if (line.kind === 'total' || line.kind === 'sum') found.totals.push(number);
    else if (line.kind === 'cancelled' || line.kind === 'continued') found[line.kind] += 1;
    else if (line.kind === 'bad') {
      found.bad += 1;
      if (line.isDoubt) found.doubts += 1;
      onBad(number, line.problem);
    }
    onLine(found);
  }
  return {
    ...{ found, totals: totals.result() },
    ...{ repeated: repeated.result(), isDayList: dayList.isDayList(), cancelledInDoubt: cancelled.result() },
    untoldSum: sums.result()[0],
  };
}

function addSum(left: SumsLeftOut, sign: SumSign, amount: number): void {
  const key = `${sign.column} ${sign.word}`;
  const before = left.get(key) ?? { sign, lines: 0, won: 0n };
  left.set(key, { sign, lines: before.lines + 1, won: before.won + BigInt(amount) });
}

function addSale(found: Survey, number: number, { day, amount, stores }: Sale): void {
  if (amount < 0) {
    found.refunds += 1;
    found.refundsAmount -= BigInt(amount);
  } else {
    found.sales += 1;
    found.salesAmount += BigInt(amount);
  }
  found.days.add(day);
  for (const [place, store] of stores.entries())
    if (store !== '') (found.stores[place] ??= new Set()).add(store);
  if (found.smallest === undefined || amount < found.smallest.amount)
    found.smallest = { number, day, amount };
  if (found.largest === undefined || amount > found.largest.amount) found.largest = { number, day, amount };
  if (found.firstDay === undefined || day < found.firstDay) found.firstDay = day;
  if (found.lastDay === undefined || day > found.lastDay) found.lastDay = day;
}
