import type { BusinessCalendar } from './calendar';
import type { SalesDay, StoreEventFacts } from './facts';
import { costAndRevenue } from './roi';
import { saturateCount, sumCounts, sumKrw } from './rounding';
import { salesFacts } from './sales-days';
import type { Count, Instant, Krw } from './values';

/** What an event adds to the totals of its store: the figures that its dashboard shows. */
export interface EventTotals {
  readonly participants: Count;
  readonly views: Count;
  /** In won. */
  readonly cost: Krw;
  /** In won, may be negative. */
  readonly revenue: Krw;
}

/** What all events of a store add up to. */
export interface StoreTotals extends EventTotals {
  readonly events: Count;
}

/** An event of a store, and the views of all its channels together, exact whatever their size. */
export interface StoreEventWithViews extends StoreEventFacts {
  readonly views: bigint;
}

export function eventTotals(
  event: StoreEventWithViews,
  salesOfStore: readonly SalesDay[],
  calendar: BusinessCalendar,
  now: Instant,
): EventTotals {
  const sales = salesFacts(event, salesOfStore, calendar, now);
  return {
    participants: event.participants,
    views: saturateCount(event.views),
    ...costAndRevenue(event, sales),
  };
}

/** Sums of displayed figures, added up exactly; each saturates at ±(2^53 − 1) once, in the end. */
export function storeTotals(events: readonly EventTotals[]): StoreTotals {
  return {
    events: events.length as Count,
    participants: sumCounts(events.map(({ participants }) => participants)),
    views: sumCounts(events.map(({ views }) => views)),
    cost: sumKrw(events.map(({ cost }) => cost)),
    revenue: sumKrw(events.map(({ revenue }) => revenue)),
  };
}
