import type { StoreId } from '../domain/values';
import type { AssemblyLease, Made } from './cache';

/**
 * An event's body in Redis: the ids of the lease and of the version that it was assembled under, the version of its store, the store,
 * and then its bytes.
 */
const ID_BYTES = 36;
const VERSION_AT = ID_BYTES;
const STORE_VERSION_AT = 2 * ID_BYTES;
const OWNER_AT = 3 * ID_BYTES;
const HEAD_BYTES = 4 * ID_BYTES;
/** In the place of a store's version that is not known. */
const UNKNOWN = '-'.repeat(ID_BYTES);

/** What Redis says of a key. */
export type Reply = Buffer | null | undefined;

export function toValue(
  { id, version }: AssemblyLease,
  { bytes, owner, storeVersion = UNKNOWN }: Made,
): Buffer {
  return Buffer.concat([Buffer.from(id + version + storeVersion + owner, 'latin1'), bytes]);
}

export function madeIn(value: Buffer): Made {
  const storeVersion = value.toString('latin1', STORE_VERSION_AT, OWNER_AT);
  return {
    bytes: value.subarray(HEAD_BYTES),
    // Only `toValue` writes there.
    owner: value.toString('latin1', OWNER_AT, HEAD_BYTES) as StoreId,
    storeVersion: storeVersion === UNKNOWN ? undefined : storeVersion,
  };
}

export function isOfVersion(value: Buffer, version: Reply): boolean {
  return version?.equals(value.subarray(VERSION_AT, STORE_VERSION_AT)) ?? false;
}

export function isOfLease(value: Buffer, leaseId: Reply): boolean {
  return leaseId?.equals(value.subarray(0, ID_BYTES)) ?? false;
}
