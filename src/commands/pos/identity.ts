import { createHash } from 'node:crypto';
import type { MessageId, StoreId } from '../../domain/values';
import type { Sale } from './sale-line';

/** Ours alone, so that no other name-based uuid is one of these (RFC 9562, 5.5). Changing it makes all sales new. */
const NAMESPACE = Buffer.from('6f2c1d5e9a7b4c3e8d105b7e2f4a9c61', 'hex');
/** Stands in no cell of an export that anybody can type. */
const SEPARATOR = '\u001F';

/**
 * Gives every sale of one file the id of its message: a uuid of version 5, made of the store, what tells the sale
 * apart, and which of those alike in the file it is. So a file that is imported again names its sales again, and one
 * that holds more adds only what is new.
 */
export function createIdentities(storeId: StoreId): (sale: Sale) => MessageId {
  const seen = new Map<string, number>();
  return ({ identity }) => {
    const content = [storeId, ...identity].join(SEPARATOR);
    // Of a million sales only the digests are kept.
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
