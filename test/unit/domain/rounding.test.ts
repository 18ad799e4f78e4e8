import fc from 'fast-check';
import {
  divideRounded,
  saturate,
  percentFromTenths,
  percentOf,
  sumCounts,
  sumKrw,
  tenthsOf,
} from '../../../src/domain/rounding';
import { count, krw } from './facts-of';
import { seeded } from '../../harness/seeded';

const MOST = Number.MAX_SAFE_INTEGER;

describe('a percentage', () => {
  it.each([
    [1n, 8n, 12.5],
    [1n, 3n, 33.3],
    [2n, 3n, 66.7],
    [1n, 2000n, 0.1],
    [-1n, 2000n, -0.1],
    [1n, 2001n, 0],
    [1005n, 10000n, 10.1],
    [-1005n, 10000n, -10.1],
    [1005n, -10000n, -10.1],
    [-1n, -2n, 50],
  ])('of %s in %s is %s: one decimal, halves away from zero', (part, whole, expected) => {
    expect(percentOf(part, whole)).toBe(expected);
  });

  it('of nothing is 0, and never the negative zero', () => {
    expect(percentOf(5n, 0n)).toBe(0);
    expect(percentOf(-5n, 0n)).toBe(0);
    expect(percentOf(-1n, 1_000_000n)).toBe(0);
    expect(percentOf(0n, -7n)).toBe(0);
  });

  it('saturates on either side', () => {
    expect(percentOf(10n ** 30n, 1n)).toBe(9_999_999_999_999.9);
    expect(percentOf(-(10n ** 30n), 1n)).toBe(-9_999_999_999_999.9);
  });

  it('shows the number of tenths nearest to the exact ratio, and of two equally near the one away from zero', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 18n), 10n ** 18n), fc.bigInt(1n, 10n ** 18n), (part, whole) => {
        const tenths = divideRounded(part * 1000n, whole);
        const twiceTheError = 2n * (part * 1000n - tenths * whole);
        expect(twiceTheError <= whole && twiceTheError >= -whole).toBe(true);
        if (twiceTheError === whole) expect(tenths < 0n).toBe(true);
        if (twiceTheError === -whole) expect(tenths > 0n).toBe(true);
      }),
      seeded(),
    );
  });

  it('comes back from its display to the very tenth it was made of, to the ends of the range', () => {
    const tenths = fc.bigInt(-99_999_999_999_999n, 99_999_999_999_999n);
    fc.assert(
      fc.property(tenths, (exact) => expect(tenthsOf(percentFromTenths(exact))).toBe(exact)),
      seeded(),
    );
    expect(tenthsOf(percentFromTenths(99_999_999_999_999n))).toBe(99_999_999_999_999n);
  });
});

describe('a sum', () => {
  it('of money saturates at the whole numbers that JSON readers hold exactly', () => {
    expect(sumKrw([krw(MOST), krw(1)])).toBe(MOST);
    expect(sumKrw([krw(-MOST), krw(-1)])).toBe(-MOST);
    expect(saturate(10n ** 24n)).toBe(MOST);
  });

  it('saturates only in the end, not on the way', () => {
    expect(sumKrw([krw(MOST), krw(MOST), krw(-MOST), krw(-5)])).toBe(MOST - 5);
  });

  it('of counts saturates as well, and of none is 0', () => {
    expect(sumCounts([count(MOST), count(MOST)])).toBe(MOST);
    expect(sumCounts([])).toBe(0);
    expect(sumKrw([krw(5), krw(-5)])).toBe(0);
  });
});
