import { createHash } from 'node:crypto';

/** What a record says, whatever its offset. */
export interface RecordContent {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** SHA-256 of key and value in hex. Each goes with its length, so that no two different records are written alike. */
export function recordDigest({ key, value }: RecordContent): string {
  const hash = createHash('sha256');
  for (const part of [key, value]) {
    hash.update(`${part === null ? 'null' : part.length}:`);
    if (part !== null) hash.update(part);
  }
  return hash.digest('hex');
}
