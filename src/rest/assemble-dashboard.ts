import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { Viewer } from '../auth/viewer';
import { RestDashboardDocument } from '../generated/rest-operations';
import type { EventId, Instant, StoreId } from '../domain/values';
import { createDashboardBody } from './dashboard-body';
import type { AssembledDashboard } from './dashboard-bodies';
import { fallbackHeader, ViewsUnknown } from './fallback';
import { toDashboardResponse } from './map-dashboard';

/**
 * Executes an operation against the GraphQL schema.
 *
 * @throws the AppError of the first field that failed; TOO_MANY_REQUESTS or SERVICE_OVERLOADED when the holder's share
 *   is taken
 */
export type Execute = <Result, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
  behalf: Behalf,
) => Promise<Result>;

/** On whose behalf something is made. */
export interface Behalf {
  /** Whose share it takes: a token's, or a store's for what is made for all who read it. */
  readonly holder: string;
  /** For whose eyes; for nobody's in particular when left out. */
  readonly viewer?: Viewer;
}

/**
 * Assembles an event's answer: for a viewer's eyes, or for nobody's in particular, to be kept for all.
 *
 * @throws AppError of any kind that the schema has; ViewsUnknown when a platform fails and nothing can stand in for its
 *   views
 */
export type AssembleDashboard = (eventId: EventId, behalf: Behalf) => Promise<AssembledDashboard>;

/** Assembles by the one stored operation. Who may have what is kept for all is decided by whoever sends it. */
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
