import type { EventRecord } from '../platform/statistics/events';
import type { Dashboard } from '../schema/dashboard';
import type { Instant } from '../schema/values';

/** A dashboard on its way through the resolvers: its sections compute from the event behind it. */
export type DashboardRoot = Dashboard & { readonly event: EventRecord };

/** @param now no change can have been later: what lies behind it was dated by a wrong clock */
export function toDashboard(event: EventRecord, now: Instant): DashboardRoot {
  const { eventId, storeId, title, lastUpdated } = event;
  // The contract writes it in whole seconds, and the two must not differ.
  const wholeSeconds = (Math.floor(Math.min(lastUpdated, now) / 1_000) * 1_000) as Instant;
  return { eventId, storeId, eventTitle: title, lastUpdated: wholeSeconds, event };
}
