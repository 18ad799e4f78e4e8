import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { RestDashboardDocument } from '../generated/rest-operations';
import type { EventId, Instant, StoreId } from '../schema/values';
import { createDashboardBody } from './dashboard-body';
import type { AssembledDashboard } from './dashboard-bodies';
import { fallbackHeader, ViewsUnknown } from './fallback';
import { toDashboardResponse } from './map-dashboard';

/**
 * Executes an operation against the GraphQL schema on the service's own behalf.
 *
 * @throws the AppError of the first field that failed
 */
export type Execute = <Result, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
) => Promise<Result>;

/**
 * Assembles an event's answer by the one stored operation. It asks for no reader in particular, since the answer is
 * kept for all; who may have it is decided by whoever sends it.
 *
 * @returns assembles; rejects with ViewsUnknown when a platform fails and nothing can stand in for its views
 */
export function createDashboardAssembler(
  execute: Execute,
): (eventId: EventId) => Promise<AssembledDashboard> {
  return async (eventId) => {
    const { dashboard } = await execute(RestDashboardDocument, { eventId });
    const storeId = dashboard.storeId as StoreId;
    const { channels, withoutViews } = dashboard.platformFallback;
    if (withoutViews.length > 0) throw new ViewsUnknown(storeId, withoutViews);
    const json = JSON.stringify(toDashboardResponse(dashboard));
    return {
      body: createDashboardBody(storeId, json, fallbackHeader(channels)),
      validUntil: Date.parse(dashboard.validUntil) as Instant,
    };
  };
}
