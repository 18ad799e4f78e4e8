import type { Slice } from '../../database/verification/compare-rollup';

const HEX_DIGITS = Array.from({ length: 16 }, (_, digit) => digit.toString(16));

/**
 * All ids there can be, cut by their first digit. A slice at a time is read by the primary key, and keeps each
 * statement well within the time that a connection gives it, however many participants there are altogether.
 */
export const SLICES: readonly Slice[] = HEX_DIGITS.map((digit) => ({
  first: `${digit}0000000-0000-0000-0000-000000000000`,
  last: `${digit}fffffff-ffff-ffff-ffff-ffffffffffff`,
}));
