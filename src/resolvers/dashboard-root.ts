import type { EventRecord } from '../platform/statistics/events';
import type { Dashboard } from '../schema/dashboard';
import type { Instant } from '../schema/values';

/** A dashboard on its way through the resolvers: its sections compute from the event behind it. */
export type DashboardRoot = Dashboard & { readonly event: EventRecord };

export function toDashboard(event: EventRecord): DashboardRoot {
  const { eventId, storeId, title, lastUpdated } = event;
  // The contract writes it in whole seconds, and the two must not differ.
  const wholeSeconds = (Math.floor(lastUpdated / 1_000) * 1_000) as Instant;
  return { eventId, storeId, eventTitle: title, lastUpdated: wholeSeconds, event };
}
