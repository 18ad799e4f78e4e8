import type { SalesDay, StoreEventFacts } from '../../domain/facts';
import { daysAround, SALES, toSalesDays } from '../sales';
import { milliseconds, read } from './columns';

/**
 * What an event of a store is compared by with others of it: of `e` (events) and `c` (event_counts).
 *
 * @param hasSales whether what the store sold around its start is among that; nothing otherwise
 */
export const storeEvent = (hasSales = 'true'): string => `
json_build_array(${milliseconds('e.start_at')}, c.participants, c.new_customers, e.prize_cost, e.other_costs, e.new_customer_ltv,
  (SELECT coalesce(sum(h.cost), 0) FROM event_channels AS h WHERE h.event_id = e.event_id)::text,
  CASE WHEN ${hasSales} THEN (SELECT ${SALES} FROM daily_sales AS d WHERE d.store_id = e.store_id AND ${daysAround('e.start_at')}) END)`;

/** An event of a store, and what the store sold around its start. */
export interface StoreEventReading {
  readonly event: StoreEventFacts;
  readonly sales: readonly SalesDay[];
}

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
