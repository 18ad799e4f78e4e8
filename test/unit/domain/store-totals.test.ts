import { createBusinessCalendar } from '../../../src/domain/calendar';
import type { SalesDay } from '../../../src/domain/facts';
import { eventTotals, type StoreEventWithViews, storeTotals } from '../../../src/domain/store-totals';
import type { Count, Instant, Krw, LocalDay } from '../../../src/domain/values';

const MOST = Number.MAX_SAFE_INTEGER;
const calendar = createBusinessCalendar('UTC');
const startAt = Date.parse('2025-10-20T09:00:00Z') as Instant;
const now = Date.parse('2025-10-21T12:00:00Z') as Instant;

const event = (fields: Partial<Record<keyof StoreEventWithViews, number | bigint>> = {}) =>
  ({
    startAt,
    participants: 30,
    newCustomers: 4,
    prizeCost: 500,
    otherCosts: 100,
    newCustomerLtv: 20,
    channelCost: 400n,
    views: 1_000n,
    ...fields,
  }) as StoreEventWithViews;
const sold = (day: string, amount: bigint): SalesDay => ({ day: day as LocalDay, amount });
const totals = (participants: number, views: number, cost: number, revenue: number) => ({
  participants: participants as Count,
  views: views as Count,
  cost: cost as Krw,
  revenue: revenue as Krw,
});

describe('what an event adds to the totals of its store', () => {
  it('is what its dashboard shows: participants, views, total cost, total revenue', () => {
    const sales = [sold('2025-10-18', 300n), sold('2025-10-20', 1_000n), sold('2025-10-21', 500n)];
    // Two days from the start day on, two ahead of it; 4 new customers of 20 won each.
    expect(eventTotals(event(), sales, calendar, now)).toEqual(totals(30, 1_000, 1_000, 1_200 + 80));
  });

  it('has no sales in it as long as the event is to come', () => {
    const before = (startAt - 86_400_000) as Instant;
    expect(eventTotals(event(), [sold('2025-10-18', 300n)], calendar, before).revenue).toBe(80);
  });

  it('saturates as the figures of the dashboard do', () => {
    const huge = event({ views: BigInt(MOST) + 7n, channelCost: BigInt(MOST) });
    expect(eventTotals(huge, [], calendar, now)).toMatchObject({ views: MOST, cost: MOST });
  });
});

describe('the totals of a store', () => {
  it('are the sums over all its events', () => {
    expect(storeTotals([totals(1, 20, 300, -4_000), totals(5, 60, 700, 8_000)])).toEqual({
      events: 2,
      ...totals(6, 80, 1_000, 4_000),
    });
  });

  it('of a store without events are 0', () => {
    expect(storeTotals([])).toEqual({ events: 0, ...totals(0, 0, 0, 0) });
  });

  it('add up past 2^53 without losing a won, and saturate only in the end', () => {
    const some = [totals(MOST, MOST, MOST, MOST), totals(1, 1, 1, 2), totals(0, 0, 0, -MOST)];
    expect(storeTotals(some)).toMatchObject({ participants: MOST, views: MOST, cost: MOST, revenue: 2 });
  });
});
