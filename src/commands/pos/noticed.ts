import { CommandError } from '../fail';
import type { CancelledInDoubt } from './cancelled-marks';
import type { Surveyed } from './survey';
import type { UntoldSum } from './untold-sums';

/** What the lines of a file show together, and no line by itself: it is asked about. */

/** @throws CommandError when what a receipt adds up to may stand on each of its lines */
export function requireAmountsOfLines(
  { repeated }: Pick<Surveyed, 'repeated'>,
  stated: 'line' | 'receipt' | undefined,
): void {
  if (repeated === undefined || stated !== undefined) return;
  const { number, as, amount, won } = repeated;
  throw new CommandError(
    `line ${number}: ${amount} is ${won.toLocaleString('en-US')} as on line ${as}, which is of the same receipt. If that is what the whole ` +
      'receipt adds up to, it would count several times, so nothing was imported: say --amounts receipt, or name the column of ' +
      'what each line adds up to by --amount-column. If each line has this amount of its own, say --amounts line.',
  );
}

/**
 * Total lines of the file that agree show what its marks mean.
 *
 * @throws CommandError when marks may mean that the sale itself was cancelled, and it is not said what they mean
 */
export function requireRefundsSaid(
  { cancelledInDoubt, totals }: Pick<Surveyed, 'cancelledInDoubt' | 'totals'>,
  stated: string | undefined,
): void {
  if (cancelledInDoubt === undefined || stated !== undefined || totals.isWholeChecked) return;
  throw new CommandError(`${aboutCancelled(cancelledInDoubt)} Nothing was imported.`);
}

/**
 * A total of the file that agrees shows that such lines are sales.
 *
 * @throws CommandError when lines add up those beside them, and it is not said what they are
 */
export function requireSumsSaid(
  { untoldSum, totals }: Pick<Surveyed, 'untoldSum' | 'totals'>,
  stated: 'leave-out' | 'sales' | undefined,
): void {
  if (untoldSum === undefined || stated !== undefined || totals.isWholeChecked) return;
  throw new CommandError(aboutSums(untoldSum));
}

function aboutSums({ number, name, cell, won }: UntoldSum): string {
  const all = cell === '' ? `all lines without ${name}` : `all lines with "${cell}" under ${name}`;
  return (
    `line ${number}: ${won.toLocaleString('en-US')} won is the sum of the lines beside it, as are ${all}, so nothing was imported: say ` +
    '--sum-lines leave-out if they add up others, or --sum-lines sales if they are sales.'
  );
}

export function aboutCancelled({ number, mark, won }: CancelledInDoubt): string {
  return (
    `line ${number}: ${mark} marks ${won.toLocaleString('en-US')} won as taken back, and no sale of the file is undone by it: say ` +
    '--refunds leave-out if it is the sale itself, which was cancelled, or --refunds subtract if it is money given back.'
  );
}

/** What is to be said about a file that says what days have made. */
export const ABOUT_DAY_LISTS =
  'Each day has one line, without a receipt or a time: it says what the day has made by then. When the day has grown, a later ' +
  'export would count beside this one. Say --replace-days, so that each day becomes what the file says; or --add-days, if ' +
  'none of these days is imported twice.';
