import type { ComparableFacts } from '../../../src/domain/facts';
import { roiAnalysis, roiCard, roiOf } from '../../../src/domain/roi';
import { channelFacts, countFacts, eventFacts, krw, noSales, percent, salesFacts } from './facts-of';

const facts: ComparableFacts = {
  event: eventFacts({ prizeCost: krw(500), otherCosts: krw(100), newCustomerLtv: krw(20) }),
  counts: countFacts(50, 10),
  channels: [
    channelFacts('b', { cost: 300, firstPosition: 1 }),
    channelFacts('a', { cost: 100, firstPosition: 0 }),
  ],
  sales: salesFacts(1000, 3000),
};

describe('the ROI analysis', () => {
  it('adds up cost and revenue and holds one against the other', () => {
    expect(roiAnalysis(facts)).toEqual({
      totalCost: {
        prizeCost: 500,
        channelCosts: [
          { channel: 'a', cost: 100 },
          { channel: 'b', cost: 300 },
        ],
        otherCosts: 100,
        total: 1000,
      },
      expectedRevenue: { salesIncrease: 2000, newCustomerLTV: 200, total: 2200 },
      roiCalculation: { formula: '(수익 - 비용) / 비용 × 100', roi: 120 },
      breakEvenPoint: { required: 1000, achieved: 2200, status: 'ACHIEVED' },
    });
  });

  it('lists a channel without a distribution at no cost', () => {
    const channels = [channelFacts('flyer', { distributed: false, participants: 1 })];
    expect(roiAnalysis({ ...facts, channels }).totalCost).toMatchObject({
      channelCosts: [{ channel: 'flyer', cost: 0 }],
      total: 600,
    });
  });

  it('breaks even at the very won', () => {
    const even = { ...facts, sales: salesFacts(0, 800) };
    expect(roiAnalysis(even).breakEvenPoint.status).toBe('ACHIEVED');
    const short = { ...facts, sales: salesFacts(0, 799) };
    expect(roiAnalysis(short).breakEvenPoint.status).toBe('NOT_ACHIEVED');
  });

  it('shows a loss as a loss', () => {
    expect(roiOf({ ...facts, sales: salesFacts(3000, 1000) })).toBe(-280);
    expect(roiOf({ ...facts, counts: countFacts(0), sales: noSales })).toBe(-100);
  });

  it('is 0 where nothing was spent', () => {
    const free = { ...facts, event: eventFacts({ newCustomerLtv: krw(20) }), channels: [] };
    expect(roiOf(free)).toBe(0);
    expect(roiAnalysis(free).breakEvenPoint.status).toBe('ACHIEVED');
  });

  it('multiplies and adds past 2^53 without losing a won, and saturates', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const rich = {
      ...facts,
      event: eventFacts({ newCustomerLtv: krw(10 ** 12) }),
      counts: countFacts(10_000, 10_000),
    };
    expect(roiAnalysis(rich).expectedRevenue).toEqual({
      salesIncrease: 2000,
      newCustomerLTV: most,
      total: most,
    });
    const dear = { ...facts, event: eventFacts({ prizeCost: krw(most), otherCosts: krw(most) }) };
    expect(roiAnalysis(dear).totalCost.total).toBe(most);
  });
});

describe('the ROI card', () => {
  it('says the same as the analysis and holds it against the industry', () => {
    expect(roiCard(facts, percent(180))).toEqual({
      value: 120,
      industryAverage: 180,
      comparisonRate: 66.7,
      totalCost: 1000,
      totalRevenue: 2200,
      breakEvenStatus: 'ACHIEVED',
    });
  });

  it('compares nothing with an average of 0', () => {
    expect(roiCard(facts, percent(0)).comparisonRate).toBe(0);
  });
});
