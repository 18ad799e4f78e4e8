import { RestDashboardDocument } from '../generated/rest-operations';
import type { EventId, Instant, StoreId } from '../domain/values';
import { createDashboardBody, type DashboardBody } from './dashboard-body';
import type { Behalf, Execute } from './execute';
import { fallbackHeader, ViewsUnknown } from './fallback';
import { toDashboardResponse } from './map-dashboard';

/** An answer, and until when it holds. */
export interface AssembledDashboard {
  readonly body: DashboardBody;
  /** From when on the passing of time alone would change the values. */
  readonly validUntil: Instant;
}

/**
 * Assembles an event's answer, for one viewer or to be shared and cached.
 *
 * @throws AppError of any kind that the schema has; ViewsUnknown when a platform fails and there is no fallback for its views
 */
export type AssembleDashboard = (eventId: EventId, behalf: Behalf) => Promise<AssembledDashboard>;

/** Assembles by executing the stored operation. The caller decides who may read a shared answer. */
export function createDashboardAssembler(execute: Execute): AssembleDashboard {
  return async (eventId, behalf) => {
    const { dashboard } = await execute(RestDashboardDocument, { eventId }, behalf);
    const { channels, withoutViews } = dashboard.platformFallback;
    if (withoutViews.length > 0) throw new ViewsUnknown(withoutViews);
    return {
      body: createDashboardBody({
        storeId: dashboard.storeId as StoreId,
        averagedStores: dashboard.averagedStores,
        json: JSON.stringify(toDashboardResponse(dashboard)),
        fallback: fallbackHeader(channels),
      }),
      validUntil: Date.parse(dashboard.validUntil) as Instant,
    };
  };
}
