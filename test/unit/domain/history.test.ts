import { createHistory } from '../../../src/domain/history';
import type { Instant } from '../../../src/domain/values';
import { pastFigures } from './facts-of';

const at = (startAt: number, ...of: Parameters<typeof pastFigures>) => ({
  startAt: startAt as Instant,
  figures: pastFigures(...of),
});

describe('the history of a store', () => {
  const history = createHistory([
    at(30, 5, 5, 5),
    at(10, 1_000, 100, -12),
    at(20, 10, 200, -5),
    at(20, 11, -1, -9),
  ]);
  const bestBefore = (startAt: number) => history.bestBefore(startAt as Instant);

  it('tells the best of each statistic, from whichever event', () => {
    expect(bestBefore(30)).toMatchObject({ participants: 1_000, roi: 200, salesGrowth: -5 });
    expect(bestBefore(31)).toMatchObject({ participants: 1_000, roi: 200, salesGrowth: 5 });
  });

  it('leaves out what began at the same time, or later', () => {
    expect(bestBefore(20)).toMatchObject({ participants: 1_000, roi: 100, salesGrowth: -12 });
    expect(bestBefore(10)).toBeNull();
  });

  it('of a store without events is none', () => {
    expect(createHistory([]).bestBefore(1 as Instant)).toBeNull();
  });
});
