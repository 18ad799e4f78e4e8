import { createHash } from 'node:crypto';
import type { MessageId, StoreId } from '../../domain/values';
import type { Sale } from './sale-line';

/** Our own namespace (RFC 9562, 5.5). Changing it would make every sale a new one. */
const NAMESPACE = Buffer.from('6f2c1d5e9a7b4c3e8d105b7e2f4a9c61', 'hex');
/** Cannot be typed, so no cell contains it. */
const SEPARATOR = '\u001F';

/**
 * Derives the message id of every sale of one file: a uuid of version 5 from the store, the sale's identity, and its number
 * among identical sales of the file. Importing the file again gives the same ids, and a longer file adds only new sales.
 */
export function createIdentities(storeId: StoreId): (sale: Sale) => MessageId {
  const seen = new Map<string, number>();
  return ({ identity }) => {
    const content = [storeId, ...identity].join(SEPARATOR);
    // Digests, to save memory for a million sales.
    const digest = createHash('sha1').update(content).digest('base64');
    const occurrence = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, occurrence);
    return nameBasedUuid(content + SEPARATOR + String(occurrence)) as MessageId;
  };
}

function nameBasedUuid(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
