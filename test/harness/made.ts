import type { Made } from '../../src/cache/cache';
import type { StoreId } from '../../src/domain/values';

export const OWNER = '660e8400-e29b-41d4-a716-446655440001' as StoreId;

/** As long as those that stores have in Redis. */
export const STORE_VERSION = '00000000-0000-4000-8000-000000000001';

/** A body for a cache, of an event of this store. */
export const madeOf = (bytes: Buffer, owner = OWNER): Made => ({ bytes, owner, storeVersion: STORE_VERSION });
