import type { EventReading } from '../platform/statistics/facts/event-facts';
import type { Dashboard } from '../schema/dashboard';
import type { Instant } from '../schema/values';

/** A dashboard on its way through the resolvers: its sections compute from what was read of the event behind it. */
export type DashboardRoot = Dashboard & { readonly facts: EventReading };

/** @param now no change can have been later: what lies behind it was dated by a wrong clock */
export function toDashboard(facts: EventReading, now: Instant): DashboardRoot {
  const { eventId, storeId, title, lastUpdated } = facts.event;
  // The contract writes it in whole seconds, and the two must not differ.
  const wholeSeconds = (Math.floor(Math.min(lastUpdated, now) / 1_000) * 1_000) as Instant;
  return { eventId, storeId, eventTitle: title, lastUpdated: wholeSeconds, facts };
}
