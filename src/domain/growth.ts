import type { Instant, Krw, LocalDay, Percent } from './values';
import type { BusinessCalendar } from './calendar';
import { addDays, daysBetween } from './days';
import type { EventFacts, SalesFacts } from './facts';
import { saturate, percentOf } from './rounding';

/** What the event does to the store's sales. */
export interface SalesGrowthCard {
  readonly rate: Percent;
  readonly beforeEventSales: Krw | null;
  readonly afterEventSales: Krw | null;
  readonly periodComparison: string | null;
}

const MOST_DAYS = 7;

/** A row of days, both ends included. */
export interface DayRange {
  readonly from: LocalDay;
  readonly to: LocalDay;
}

/** The two rows of n days whose sales are compared. */
export interface SalesWindows {
  /** n, 1 to 7. */
  readonly days: number;
  readonly before: DayRange;
  readonly after: DayRange;
}

/**
 * The days whose sales are compared: n days ahead of the event's start day and n days from it, where n counts the days
 * from the start day through today, at most 7.
 *
 * @returns null while the start day is still to come: there is nothing to compare yet
 */
export function salesWindows(
  event: Pick<EventFacts, 'startAt'>,
  calendar: BusinessCalendar,
  now: Instant,
): SalesWindows | null {
  const startDay = calendar.dayOf(event.startAt);
  const days = Math.min(MOST_DAYS, daysBetween(startDay, calendar.dayOf(now)) + 1);
  if (days < 1) return null;
  return {
    days,
    before: { from: addDays(startDay, -days), to: addDays(startDay, -1) },
    after: { from: startDay, to: addDays(startDay, days - 1) },
  };
}

/** (after − before) / before × 100, in %; 0 when nothing was recorded or nothing was sold before. */
export function salesGrowthRate(sales: SalesFacts): Percent {
  if (!isComparable(sales)) return 0 as Percent;
  return percentOf(BigInt(sales.after) - BigInt(sales.before), BigInt(sales.before));
}

/** after − before in won, saturating at ±(2^53 − 1); 0 when nothing was recorded. */
export function salesIncrease(sales: SalesFacts): Krw {
  if (!isComparable(sales)) return 0 as Krw;
  return saturate(BigInt(sales.after) - BigInt(sales.before));
}

/** The card of the sales growth: without a record in either window, only a rate of 0. */
export function salesGrowthCard(sales: SalesFacts): SalesGrowthCard {
  const rate = salesGrowthRate(sales);
  if (!isComparable(sales)) {
    return { rate, beforeEventSales: null, afterEventSales: null, periodComparison: null };
  }
  return {
    rate,
    beforeEventSales: sales.before,
    afterEventSales: sales.after,
    periodComparison: `이벤트 전후 ${sales.days}일 비교`,
  };
}

function isComparable(sales: SalesFacts): boolean {
  return sales.recorded && sales.days > 0;
}
