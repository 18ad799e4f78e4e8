import type { Count, Percent } from './values';
import { divideRounded, percentFromTenths, sumCounts } from './rounding';

const WHOLE = 1000n;

/**
 * What each count is of their sum, in %. Each share is rounded half away from zero to one decimal; the last count above
 * 0 takes what is left, so that the shares add up to exactly 100.0. Where that would leave it less than nothing, it
 * keeps its own rounding and the largest count (the first of equals) takes what is left.
 *
 * @returns the shares in the order of the counts; all 0 when every count is
 */
export function sharesOf(counts: readonly Count[]): readonly Percent[] {
  const total = BigInt(sumCounts(counts));
  const tenths = counts.map((count) => divideRounded(BigInt(count) * WHOLE, total));
  if (total === 0n) return tenths.map(percentFromTenths);
  const last = counts.findLastIndex((count) => count > 0);
  const taker = leftOver(tenths, last) < 0n ? counts.indexOf(Math.max(...counts) as Count) : last;
  return tenths.map((share, position) =>
    percentFromTenths(position === taker ? leftOver(tenths, taker) : share),
  );
}

/** What all others leave of 100.0, in tenths. */
function leftOver(tenths: readonly bigint[], position: number): bigint {
  return tenths.reduce((left, share, other) => (other === position ? left : left - share), WHOLE);
}
