import type { Count, Krw, Percent } from './values';

/**
 * Exact arithmetic. Ratios are taken over whole numbers and rounded half away from zero, never by way of a binary
 * fraction; a percentage is carried as whole tenths until it is shown.
 */

const MOST_WHOLE = BigInt(Number.MAX_SAFE_INTEGER);
const MOST_TENTHS = 99_999_999_999_999n;

/** @returns numerator / denominator as a whole number, rounded half away from zero; 0 when the denominator is 0 */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  if (denominator === 0n) return 0n;
  const magnitude = (2n * abs(numerator) + abs(denominator)) / (2n * abs(denominator));
  return numerator < 0n === denominator < 0n ? magnitude : -magnitude;
}

/**
 * part / whole × 100, rounded half away from zero to one decimal.
 *
 * @returns a percentage within ±9,999,999,999,999.9 (it saturates there); 0 when whole is 0, never -0
 */
export function percentOf(part: bigint, whole: bigint): Percent {
  return percentFromTenths(divideRounded(part * 1000n, whole));
}

/** @returns tenths of a percent as the percentage that is shown; saturates at ±9,999,999,999,999.9 */
export function percentFromTenths(tenths: bigint): Percent {
  return (Number(clamp(tenths, MOST_TENTHS)) / 10) as Percent;
}

/** @returns a displayed percentage as whole tenths, exact over the whole range of Percent */
export function tenthsOf(percent: Percent): bigint {
  return BigInt(Math.round(percent * 10));
}

/** @returns an amount in won; saturates at ±(2^53 − 1) */
export function saturate(amount: bigint): Krw {
  return Number(clamp(amount, MOST_WHOLE)) as Krw;
}

/** @returns the sum of amounts in won; saturates at ±(2^53 − 1) */
export function sumKrw(amounts: readonly Krw[]): Krw {
  return saturate(exactSum(amounts));
}

/** @returns a count, from 0; saturates at 2^53 − 1 */
export function saturateCount(count: bigint): Count {
  return Number(clamp(count, MOST_WHOLE)) as Count;
}

/** @returns the sum of counts; saturates at 2^53 − 1 */
export function sumCounts(counts: readonly Count[]): Count {
  return saturateCount(exactSum(counts));
}

function exactSum(values: readonly number[]): bigint {
  return values.reduce((sum, value) => sum + BigInt(value), 0n);
}

function clamp(value: bigint, most: bigint): bigint {
  if (value > most) return most;
  return value < -most ? -most : value;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

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
