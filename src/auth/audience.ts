import { createHash } from 'node:crypto';
import type { StoreId } from '../domain/values';
import type { Viewer } from './viewer';

/**
 * For whose eyes a dashboard is made: the stores that they read, whose part they could take out of an average to see a
 * competitor's. An operation has the same values for everybody of one audience.
 */
export type Audience = ReadonlySet<StoreId>;

/**
 * The audience that every event has: who reads the event's store and no other, and who reads all stores, from whom an
 * average hides nothing.
 */
export const ANYBODY: Audience = new Set();

export function audienceOf({ isAdmin, storeIds }: Viewer): Audience {
  return isAdmin || storeIds.size <= 1 ? ANYBODY : storeIds;
}

const keys = new WeakMap<Audience, string>([[ANYBODY, '']]);

/** The same short text for the same stores, in whatever order a token names them. */
export function audienceKey(audience: Audience): string {
  const known = keys.get(audience);
  if (known !== undefined) return known;
  const key = createHash('sha256')
    .update([...audience].sort().join())
    .digest('base64url');
  // A fresh token is compared for every subscription of its socket.
  keys.set(audience, key);
  return key;
}
