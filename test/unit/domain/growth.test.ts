import { createBusinessCalendar } from '../../../src/domain/calendar';
import { salesGrowthCard, salesGrowthRate, salesIncrease, salesWindows } from '../../../src/domain/growth';
import { at, eventFacts, noSales, salesFacts, utc } from './facts-of';

describe('the days whose sales are compared', () => {
  const event = eventFacts({ startAt: at('2025-10-15T18:00:00Z') });

  it('are one and one on the start day, even before the event starts at its hour', () => {
    expect(salesWindows(event, utc, at('2025-10-15T00:00:00Z'))).toEqual({
      days: 1,
      before: { from: '2025-10-14', to: '2025-10-14' },
      after: { from: '2025-10-15', to: '2025-10-15' },
    });
  });

  it('grow by one each day', () => {
    expect(salesWindows(event, utc, at('2025-10-17T23:59:59Z'))).toEqual({
      days: 3,
      before: { from: '2025-10-12', to: '2025-10-14' },
      after: { from: '2025-10-15', to: '2025-10-17' },
    });
  });

  it('stop at seven', () => {
    expect(salesWindows(event, utc, at('2025-10-21T00:00:00Z'))?.days).toBe(7);
    expect(salesWindows(event, utc, at('2026-10-21T00:00:00Z'))).toEqual({
      days: 7,
      before: { from: '2025-10-08', to: '2025-10-14' },
      after: { from: '2025-10-15', to: '2025-10-21' },
    });
  });

  it('are none while the start day is still to come', () => {
    expect(salesWindows(event, utc, at('2025-10-14T23:59:59.999Z'))).toBeNull();
  });

  it('are days of the business zone', () => {
    const seoul = createBusinessCalendar('Asia/Seoul');
    expect(salesWindows(event, seoul, at('2025-10-15T15:00:00Z'))?.after).toEqual({
      from: '2025-10-16',
      to: '2025-10-16',
    });
  });
});

describe('the growth of sales', () => {
  it('is shown with both sums and the span', () => {
    expect(salesGrowthCard(salesFacts(5_000_000, 5_760_000))).toEqual({
      rate: 15.2,
      beforeEventSales: 5_000_000,
      afterEventSales: 5_760_000,
      periodComparison: '이벤트 전후 7일 비교',
    });
    expect(salesGrowthCard(salesFacts(1, 1, 3)).periodComparison).toBe('이벤트 전후 3일 비교');
  });

  it('is a bare 0 without a record, and before the start day', () => {
    const bare = { rate: 0, beforeEventSales: null, afterEventSales: null, periodComparison: null };
    expect(salesGrowthCard(noSales)).toEqual(bare);
    expect(salesGrowthCard(salesFacts(100, 200, 0))).toEqual(bare);
    expect(salesIncrease(noSales)).toBe(0);
  });

  it('is 0 but shown when nothing was sold before', () => {
    expect(salesGrowthCard(salesFacts(0, 500))).toMatchObject({
      rate: 0,
      beforeEventSales: 0,
      afterEventSales: 500,
    });
    expect(salesIncrease(salesFacts(0, 500))).toBe(500);
  });

  it('divides by the sum as it is, so that refunds ahead of the event turn the sign', () => {
    expect(salesGrowthRate(salesFacts(-100, 100))).toBe(-200);
    expect(salesIncrease(salesFacts(-100, 100))).toBe(200);
  });

  it('saturates', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(salesIncrease(salesFacts(-most, most))).toBe(most);
    expect(salesIncrease(salesFacts(most, -most))).toBe(-most);
  });
});
