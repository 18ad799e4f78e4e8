import type { EventId, Industry, StoreId } from '../../domain/values';
import type { EventRecord } from '../events';
import { milliseconds, read } from './columns';

/**
 * An event, of `a` (events) and `c` (event_counts). A defined event always has its counts: the row is made when the event
 * is locked.
 *
 * @param lastUpdated an expression
 */
export const eventRecord = (lastUpdated: string): string => `
json_build_array(a.event_id, a.store_id, a.title, a.industry, a.target_goal, ${milliseconds('a.start_at')},
  ${milliseconds('a.end_at')}, a.prize_cost, a.other_costs, a.new_customer_ltv, c.participants, c.new_customers,
  c.version, ${milliseconds('c.changed_at')}, ${milliseconds(lastUpdated)})`;

export function toEvent(columns: readonly unknown[]): EventRecord {
  const [eventId, storeId, title, industry, targetGoal, startAt, endAt, prizeCost, otherCosts, ltv, ...rest] =
    columns;
  const [participants, newCustomers, version, changedAt, lastUpdated] = rest;
  return {
    eventId: read.text(eventId) as EventId,
    storeId: read.text(storeId) as StoreId,
    title: read.text(title),
    industry: read.text(industry) as Industry,
    targetGoal: read.count(targetGoal),
    startAt: read.instant(startAt),
    endAt: read.instant(endAt),
    prizeCost: read.krw(prizeCost),
    otherCosts: read.krw(otherCosts),
    newCustomerLtv: read.krw(ltv),
    counts: { participants: read.count(participants), newCustomers: read.count(newCustomers) },
    version: read.count(version),
    changedAt: read.instant(changedAt),
    lastUpdated: read.instant(lastUpdated),
  };
}
