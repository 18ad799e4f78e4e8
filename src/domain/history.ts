import type { Instant } from './values';
import type { BusinessCalendar } from './calendar';
import type { PastFigures } from './comparison';
import type { SalesDay, StoreEventFacts } from './facts';
import { salesGrowthRate } from './growth';
import { roiOfTotals } from './roi';
import { salesFacts } from './sales-days';
import { countAhead } from './search';

/** What an event of a store has come to. */
export interface PastEvent {
  readonly startAt: Instant;
  readonly figures: PastFigures;
}

export function pastEvent(
  event: StoreEventFacts,
  salesOfStore: readonly SalesDay[],
  calendar: BusinessCalendar,
  now: Instant,
): PastEvent {
  const sales = salesFacts(event, salesOfStore, calendar, now);
  return {
    startAt: event.startAt,
    figures: {
      participants: event.participants,
      roi: roiOfTotals(event, sales),
      salesGrowth: salesGrowthRate(sales),
    },
  };
}

/** What came of events of a store. */
export interface History {
  /** @returns the highest of each figure among the events that started before this instant; null without any */
  bestBefore(startAt: Instant): PastFigures | null;
}

/** Fifty events of a store of thousands are compared with those before them: what is best is found once for all. */
export function createHistory(events: readonly PastEvent[]): History {
  const inOrder = [...events].sort((one, other) => one.startAt - other.startAt);
  const bestThrough: PastFigures[] = [];
  for (const { figures } of inOrder) bestThrough.push(best(bestThrough.at(-1) ?? figures, figures));

  return {
    bestBefore: (startAt) => bestThrough[countAhead(inOrder, (event) => event.startAt < startAt) - 1] ?? null,
  };
}

/** @returns the higher of each figure; of nothing and something, that */
export function bestOf(one: PastFigures | null, other: PastFigures | null): PastFigures | null {
  return one === null || other === null ? (one ?? other) : best(one, other);
}

function best(one: PastFigures, other: PastFigures): PastFigures {
  return {
    participants: one.participants > other.participants ? one.participants : other.participants,
    roi: one.roi > other.roi ? one.roi : other.roi,
    salesGrowth: one.salesGrowth > other.salesGrowth ? one.salesGrowth : other.salesGrowth,
  };
}
