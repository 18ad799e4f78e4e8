import {
  comparativeAnalysis,
  type EventFigures,
  figuresOf,
  industryComparison,
  previousEventComparison,
} from '../../../src/domain/comparison';
import {
  channelFacts,
  count,
  countFacts,
  eventFacts,
  krw,
  pastFigures,
  percent,
  salesFacts,
} from './facts-of';

function figures(participants: number, roi: number, salesGrowth: number): EventFigures {
  return {
    participationRate: percent(7.2),
    roi: percent(roi),
    conversionRate: percent(7),
    participants: count(participants),
    salesGrowth: percent(salesGrowth),
  };
}

const averages = { participationRate: percent(5.5), roi: percent(180), conversionRate: percent(6) };

it('the statistics of an event are those that its sections display', () => {
  const facts = {
    event: eventFacts({ prizeCost: krw(100) }),
    counts: countFacts(20),
    channels: [
      channelFacts('a', { measured: 300, participants: 10 }),
      channelFacts('b', { participants: 10 }),
    ],
    sales: salesFacts(1000, 1300),
  };
  expect(figuresOf(facts)).toEqual({
    participationRate: 6.7,
    roi: 200,
    conversionRate: 3.3,
    participants: 20,
    salesGrowth: 30,
  });
});

describe('beside the industry', () => {
  it('stands how far each displayed value is from the displayed average', () => {
    expect(industryComparison(figures(1234, 250, 15.2), averages)).toEqual([
      { metric: '참여율', myValue: 7.2, industryAverage: 5.5, percentageDifference: 30.9 },
      { metric: 'ROI', myValue: 250, industryAverage: 180, percentageDifference: 38.9 },
      { metric: '전환율', myValue: 7, industryAverage: 6, percentageDifference: 16.7 },
    ]);
  });

  it('stands 0 beside an average of 0, and the sign of a negative average is kept', () => {
    const compare = (roi: number, average: number) =>
      industryComparison(figures(1, roi, 0), { ...averages, roi: percent(average) })[1]?.percentageDifference;
    expect(compare(50, 0)).toBe(0);
    expect(compare(50, -100)).toBe(-150);
  });
});

describe('beside earlier events of the store', () => {
  it('stands the best of each statistic', () => {
    expect(previousEventComparison(figures(1234, 250, 15.2), pastFigures(1000, 200, 12))).toEqual([
      { metric: '참여자 수', currentValue: 1234, previousBest: 1000, improvementRate: 23.4 },
      { metric: 'ROI', currentValue: 250, previousBest: 200, improvementRate: 25 },
      { metric: '매출 증가율', currentValue: 15.2, previousBest: 12, improvementRate: 26.7 },
    ]);
  });

  it('counts getting out of a loss as an improvement', () => {
    const [, roi] = previousEventComparison(figures(1, 50, 0), pastFigures(1, -100, 0));
    expect(roi).toMatchObject({ previousBest: -100, improvementRate: 150 });
  });

  it('shows no improvement over a best of 0', () => {
    const rates = previousEventComparison(figures(9, 9, 9), pastFigures(0, 0, 0)).map(
      (each) => each.improvementRate,
    );
    expect(rates).toEqual([0, 0, 0]);
  });

  it('is empty for the first event', () => {
    expect(comparativeAnalysis(figures(1, 1, 1), averages, null).previousEventComparison).toEqual([]);
  });
});
