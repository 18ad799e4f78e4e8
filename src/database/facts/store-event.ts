import type { SalesDay, StoreEventFacts } from '../../domain/facts';
import { daysAround, SALES, toSalesDays } from '../sales';
import { milliseconds, read } from './columns';

/**
 * What an event of a store is compared by with others of it: of `e` (events) and `c` (event_counts).
 *
 * @param sales what the store sold around its start, or NULL: an expression
 * @param ofEvent a condition for the channels `h` beside that they are the event's
 */
export const storeEvent = (sales: string, ofEvent = 'true'): string => `
json_build_array(${milliseconds('e.start_at')}, c.participants, c.new_customers, e.prize_cost, e.other_costs, e.new_customer_ltv,
  (SELECT coalesce(sum(h.cost), 0) FROM event_channels AS h WHERE h.event_id = e.event_id AND ${ofEvent})::text,
  ${sales})`;

/** Parameter: events. What each is compared by, without sales, and whose it is. */
export const COMPARED_EVENTS = `
SELECT e.store_id::text AS "storeId", e.event_id::text AS "eventId",
  ${storeEvent('NULL', 'h.event_id = ANY ($1::uuid[])')}::text AS facts
FROM events AS e JOIN event_counts AS c USING (event_id)
WHERE e.event_id = ANY ($1::uuid[]) AND c.event_id = ANY ($1::uuid[])`;

/** Parameter: stores. Their events, each with what its store sold around its start; a condition of `w` may follow. */
export const EVENTS_WITH_SALES = `
SELECT w.store_id::text AS "storeId", w.event_id::text AS "eventId",
  (SELECT ${SALES} FROM daily_sales AS d WHERE d.store_id = w.store_id AND d.store_id = ANY ($1::uuid[])
     AND ${daysAround('w.start_at')}) AS sales
FROM store_events AS w WHERE w.store_id = ANY ($1::uuid[])`;

/** What the store of an event `e` sold around its start: an expression, where sales and events lie together. */
export const SALES_AROUND = `
(SELECT ${SALES} FROM daily_sales AS d WHERE d.store_id = e.store_id AND ${daysAround('e.start_at')})`;

/** An event of a store, and what the store sold around its start. */
export interface StoreEventReading {
  readonly event: StoreEventFacts;
  readonly sales: readonly SalesDay[];
}

/** @returns the same that `storeEvent` tells with sales, of what it told without them */
export const withSales = (told: string, sales: string | null): readonly unknown[] => [
  ...read.list(JSON.parse(told)).slice(0, -1),
  sales,
];

export function toStoreEvent(columns: readonly unknown[]): StoreEventReading {
  const [startAt, participants, newCustomers, prizeCost, otherCosts, ltv, channelCost, sales] = columns;
  return {
    event: {
      startAt: read.instant(startAt),
      participants: read.count(participants),
      newCustomers: read.count(newCustomers),
      prizeCost: read.krw(prizeCost),
      otherCosts: read.krw(otherCosts),
      newCustomerLtv: read.krw(ltv),
      channelCost: read.exact(channelCost),
    },
    sales: toSalesDays(sales),
  };
}
