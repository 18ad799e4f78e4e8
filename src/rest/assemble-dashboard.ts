import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { RestDashboardDocument } from '../generated/rest-operations';
import type { EventId, Instant, StoreId } from '../schema/values';
import { createDashboardBody } from './dashboard-body';
import type { AssembledDashboard } from './dashboard-bodies';
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
 */
export function createDashboardAssembler(
  execute: Execute,
): (eventId: EventId) => Promise<AssembledDashboard> {
  return async (eventId) => {
    const { dashboard } = await execute(RestDashboardDocument, { eventId });
    return {
      body: createDashboardBody(dashboard.storeId as StoreId, JSON.stringify(toDashboardResponse(dashboard))),
      validUntil: Date.parse(dashboard.validUntil) as Instant,
    };
  };
}
