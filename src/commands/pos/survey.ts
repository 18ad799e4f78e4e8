import type { LocalDay } from '../../domain/values';
import { CommandError } from '../fail';
import type { NumberedLine } from './export';

/** The totals of an export. */
export interface Survey {
  sales: number;
  refunds: number;
  /** In won. A bigint, because a million large sales add up to more than a number holds exactly. */
  salesAmount: bigint;
  refundsAmount: bigint;
  firstDay: LocalDay | undefined;
  lastDay: LocalDay | undefined;
  readonly days: Set<LocalDay>;
  /** The numbers of the lines that add up other lines. */
  readonly totals: number[];
  cancelled: number;
  bad: number;
}

export interface SurveyOptions {
  readonly onBad: (number: number, problem: string) => void;
  readonly onLine: (survey: Survey) => void;
  readonly signal: AbortSignal;
}

/** Reads all lines and sends nothing. */
export async function survey(
  lines: AsyncIterable<NumberedLine>,
  { onBad, onLine, signal }: SurveyOptions,
): Promise<Survey> {
  const found: Survey = {
    ...{ sales: 0, refunds: 0, salesAmount: 0n, refundsAmount: 0n, cancelled: 0, bad: 0 },
    ...{ firstDay: undefined, lastDay: undefined, days: new Set(), totals: [] },
  };
  for await (const { number, line } of lines) {
    if (signal.aborted) throw new CommandError('Interrupted before anything was sent.');
    if (line.kind === 'sale') addSale(found, line.day, line.amount);
    else if (line.kind === 'total') found.totals.push(number);
    else if (line.kind === 'cancelled') found.cancelled += 1;
    else if (line.kind === 'bad') {
      found.bad += 1;
      onBad(number, line.problem);
    }
    onLine(found);
  }
  return found;
}

function addSale(found: Survey, day: LocalDay, amount: number): void {
  if (amount < 0) {
    found.refunds += 1;
    found.refundsAmount -= BigInt(amount);
  } else {
    found.sales += 1;
    found.salesAmount += BigInt(amount);
  }
  found.days.add(day);
  if (found.firstDay === undefined || day < found.firstDay) found.firstDay = day;
  if (found.lastDay === undefined || day > found.lastDay) found.lastDay = day;
}
