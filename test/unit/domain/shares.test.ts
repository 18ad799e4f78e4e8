import fc from 'fast-check';
import { sharesOf, percentOf, tenthsOf } from '../../../src/domain/rounding';
import { count } from './facts-of';
import { seeded } from '../../harness/seeded';

const shares = (...counts: number[]) => sharesOf(counts.map(count));

describe('the shares of a distribution', () => {
  it('give what is left to the last bucket that has anybody', () => {
    expect(shares(50, 300, 450, 300, 134)).toEqual([4.1, 24.3, 36.5, 24.3, 10.8]);
    expect(shares(1, 1, 1)).toEqual([33.3, 33.3, 33.4]);
    expect(shares(1, 1, 1, 0)).toEqual([33.3, 33.3, 33.4, 0]);
    expect(shares(5, 0)).toEqual([100, 0]);
  });

  it('take it from the largest, the first of equals, where the last would fall below nothing', () => {
    // 167 of 1,003 are 16.65, shown as 16.7: six of them make 100.2.
    expect(shares(167, 167, 167, 167, 167, 167, 1)).toEqual([16.4, 16.7, 16.7, 16.7, 16.7, 16.7, 0.1]);
  });

  it('are all 0 when there is no participant, and none for no bucket', () => {
    expect(shares(0, 0, 0)).toEqual([0, 0, 0]);
    expect(shares()).toEqual([]);
  });

  it('add up to exactly 100.0, none below 0, and none but one apart from its own rounding', () => {
    const counts = fc
      .array(fc.oneof(fc.nat(3), fc.nat(2000), fc.nat(10 ** 9)), { minLength: 1, maxLength: 8 })
      .filter((each) => each.some((value) => value > 0));
    fc.assert(
      fc.property(counts, (each) => {
        const found = shares(...each);
        const total = BigInt(each.reduce((sum, value) => sum + value, 0));
        expect(found.reduce((sum, share) => sum + tenthsOf(share), 0n)).toBe(1000n);
        expect(found.every((share) => share >= 0)).toBe(true);
        const own = each.map((value) => percentOf(BigInt(value), total));
        expect(found.filter((share, position) => share !== own[position]).length).toBeLessThanOrEqual(1);
      }),
      seeded({ numRuns: 500 }),
    );
  });
});
