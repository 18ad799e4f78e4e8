import { percentile, toResults } from '../../../bench/platforms/results';

const upTo = (most: number): number[] => Array.from({ length: most }, (_, index) => most - index);

describe('what the benchmark of hanging platforms makes of its durations', () => {
  it('takes the smallest duration that so many percent do not exceed', () => {
    expect(percentile(upTo(100), 99)).toBe(99);
    expect(percentile(upTo(10), 99)).toBe(10);
    expect(percentile(upTo(10), 50)).toBe(5);
    expect(percentile([], 99)).toBeNaN();
  });

  it('holds hanging against healthy, not the reverse', () => {
    const { ratios } = toResults({ rest: [10], graphql: [4] }, { rest: [12], graphql: [2] });
    expect(ratios).toEqual({ rest: 1.2, graphql: 0.5 });
  });
});
