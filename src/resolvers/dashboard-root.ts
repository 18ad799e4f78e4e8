import type { EventReading } from '../database/facts/event-facts';
import type { Dashboard } from '../schema/dashboard';
import type { Instant } from '../domain/values';
import { notInTheFuture, type OperationContext } from './context';

/**
 * What sections and cards compute from: what was read of their event, and the operation that it was read for. Resolvers
 * below a dashboard have it for their one parameter: TypeGraphQL puts several in order at each call, which was a
 * sixteenth of the memory that 50 dashboards take.
 */
export interface FactsRoot {
  readonly facts: EventReading;
  readonly context: OperationContext;
}

/** A dashboard before its fields are resolved. */
export type DashboardRoot = Dashboard & FactsRoot;

export function toDashboard(facts: EventReading, context: OperationContext): DashboardRoot {
  const { eventId, storeId, title, lastUpdated } = facts.event;
  const changed = notInTheFuture(lastUpdated, context);
  // REST has whole seconds, and GraphQL must not differ from it.
  const wholeSeconds = (Math.floor(changed / 1_000) * 1_000) as Instant;
  return { eventId, storeId, eventTitle: title, lastUpdated: wholeSeconds, facts, context };
}
