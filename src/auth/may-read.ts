import type { StoreId } from '../domain/values';
import type { Viewer } from './viewer';

/** The one rule: a viewer reads the statistics of their own stores, an admin those of every store. */
export function mayRead(viewer: Viewer, storeId: StoreId): boolean {
  return viewer.isAdmin || viewer.storeIds.has(storeId);
}

/** The same rule for a statement: the stores that a viewer reads; null for every one. */
export function readableStores({ isAdmin, storeIds }: Viewer): ReadonlySet<StoreId> | null {
  return isAdmin ? null : storeIds;
}
