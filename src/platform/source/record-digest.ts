import { createHash, type Hash } from 'node:crypto';
import type { SourceMessage } from './source';

/**
 * What tells a record of a log from another that may stand at the same offset once the log was made anew.
 *
 * @returns SHA-256 of key and value, in hex; no two pairs share the bytes that it is made of
 */
export function recordDigest({ key, value }: Pick<SourceMessage, 'key' | 'value'>): string {
  const hash = createHash('sha256');
  addField(hash, key);
  addField(hash, value);
  return hash.digest('hex');
}

/** Its length goes ahead of it, so that neither null and empty nor another cut between key and value look alike. */
function addField(hash: Hash, field: Buffer | null): void {
  const length = Buffer.alloc(4);
  length.writeInt32BE(field === null ? -1 : field.length);
  hash.update(length);
  if (field !== null) hash.update(field);
}
