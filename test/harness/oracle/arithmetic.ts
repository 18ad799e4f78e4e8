/** Whole numbers of any size, and fractions of them. Percentages are bigints counted in tenths until they are shown. */

const LARGEST_AMOUNT = 9_007_199_254_740_991n;
const LARGEST_TENTHS = 99_999_999_999_999n;

export function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

/** Long division, then one up when the remainder is at least half. The sign is applied afterwards. */
export function divideHalfAwayFromZero(numerator: bigint, denominator: bigint): bigint {
  if (denominator === 0n) return 0n;
  const isNegative = numerator < 0n !== denominator < 0n;
  const top = numerator < 0n ? -numerator : numerator;
  const bottom = denominator < 0n ? -denominator : denominator;
  const quotient = top / bottom;
  const remainder = top % bottom;
  const rounded = remainder + remainder >= bottom ? quotient + 1n : quotient;
  return isNegative ? -rounded : rounded;
}

function limited(value: bigint, most: bigint): bigint {
  if (value > most) return most;
  if (value < -most) return -most;
  return value;
}

/** Clamps amounts to the safe range. */
export function won(value: bigint): bigint {
  return limited(value, LARGEST_AMOUNT);
}

/** part / whole × 100, in tenths. */
export function percentTenths(part: bigint, whole: bigint): bigint {
  return limited(divideHalfAwayFromZero(part * 1_000n, whole), LARGEST_TENTHS);
}

/** Tenths as they are shown: 1234n is 123.4. */
export function shown(tenths: bigint): number {
  const digits = (tenths < 0n ? -tenths : tenths).toString().padStart(2, '0');
  const decimal = `${digits.slice(0, -1)}.${digits.slice(-1)}`;
  return tenths < 0n ? -Number(decimal) : Number(decimal);
}

/** By code point: the first that differs decides, then the length. */
export function byCodePoint(one: string, other: string): number {
  const ones = Array.from(one, (character) => character.codePointAt(0)!);
  const others = Array.from(other, (character) => character.codePointAt(0)!);
  const place = ones.findIndex((point, index) => point !== others[index]);
  if (place === -1) return ones.length - others.length;
  return place < others.length ? ones[place]! - others[place]! : 1;
}
