import { createHash } from 'node:crypto';
import type { StoreId } from '../domain/values';
import type { Viewer } from './viewer';

/**
 * The viewers that a dashboard is assembled for, by the stores that they read: they could subtract those from an average to
 * see a competitor's values. An operation has the same values for all viewers of one audience.
 */
export type Audience = ReadonlySet<StoreId>;

/**
 * The audience that every event has: viewers who read the event's store and no other, and viewers who read all stores, from
 * whom an average hides nothing.
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
  // A renewed token is compared for every subscription of its socket.
  keys.set(audience, key);
  return key;
}
