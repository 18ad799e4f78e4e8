import type { AssemblyLease } from './cache';

/** An event's body in Redis: the ids of the lease and of the version that it was assembled under, then its bytes. */
const ID_BYTES = 36;
const HEAD_BYTES = 2 * ID_BYTES;

type Answer = Buffer | null | undefined;

export function toValue({ id, version }: AssemblyLease, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(id + version, 'latin1'), bytes]);
}

export function bodyIn(value: Buffer): Buffer {
  return value.subarray(HEAD_BYTES);
}

export function isOfVersion(value: Buffer, version: Answer): boolean {
  return version?.equals(value.subarray(ID_BYTES, HEAD_BYTES)) ?? false;
}

export function isServable(value: Buffer, version: Answer, leaseId: Answer): boolean {
  return isOfVersion(value, version) || (leaseId?.equals(value.subarray(0, ID_BYTES)) ?? false);
}
