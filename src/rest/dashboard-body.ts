import { createHash } from 'node:crypto';
import type { Instant, StoreId } from '../domain/values';

/** A finished answer: the bytes to send, and what must be known to send them without looking inside. */
export interface DashboardBody {
  /** Whose it is, for the one rule of who may read it. */
  readonly storeId: StoreId;
  /** Over how many stores its industry averages are; 0 when they are the reference table's. */
  readonly averagedStores: number;
  /** Weak: the same figures, whether they came from the cache or not. */
  readonly etag: string;
  /** The value of X-Fallback-Channels; empty when the answer goes without it. */
  readonly fallback: string;
  /** The JSON, its cacheStatus HIT. */
  readonly hit: Buffer;
}

const HIT_END = '"cacheStatus":"HIT"}';
const MISS_END = Buffer.from('"cacheStatus":"MISS"}');
const STORE_ID_BYTES = 36;
const DIGEST_BYTES = 32;
const TEXT_BYTES = STORE_ID_BYTES + DIGEST_BYTES;
const INSTANT_BYTES = 8;
const COUNT_BYTES = 4;
const COUNT_AT = TEXT_BYTES + INSTANT_BYTES;
const HEAD_BYTES = COUNT_AT + COUNT_BYTES;
/** With what the JSON begins, and what no percent-encoded name contains. */
const JSON_BEGIN = '{';

export interface BodyParts extends Pick<DashboardBody, 'storeId' | 'averagedStores'> {
  /** An object whose last key is cacheStatus, with the value HIT. */
  readonly json: string;
  /** Part of the tag too: who has the same figures without this header does not have this answer. */
  readonly fallback?: string;
}

export function createDashboardBody({
  storeId,
  averagedStores,
  json,
  fallback = '',
}: BodyParts): DashboardBody {
  if (!json.endsWith(HIT_END)) throw new Error(`A dashboard's JSON must end with ${HIT_END}.`);
  const digest = createHash('sha256')
    .update(fallback + json)
    .digest('hex')
    .slice(0, DIGEST_BYTES);
  return { storeId, averagedStores, etag: `W/"${digest}"`, fallback, hit: Buffer.from(json) };
}

/** The same answer as it is sent by the request that assembled it: only the last value differs. */
export function missBytes({ hit }: DashboardBody): Buffer {
  return Buffer.concat([hit.subarray(0, hit.length - HIT_END.length), MISS_END]);
}

/** What lies in the cache. */
export interface KeptBody {
  readonly body: DashboardBody;
  /** The clock's instant before its figures were read. */
  readonly assembledAt: Instant;
}

/** As it lies in the cache: store, digest, instant, count, fallback, JSON, one behind the other. */
export function encodeBody({ body, assembledAt }: KeptBody): Buffer {
  const { storeId, averagedStores, etag, fallback, hit } = body;
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(storeId + etag.slice(3, -1), 'latin1');
  head.writeDoubleBE(assembledAt, TEXT_BYTES);
  head.writeUInt32BE(averagedStores, COUNT_AT);
  return Buffer.concat([head, Buffer.from(fallback, 'latin1'), hit]);
}

export function decodeBody(bytes: Buffer): KeptBody {
  const begin = bytes.indexOf(JSON_BEGIN, HEAD_BYTES);
  return {
    body: {
      storeId: bytes.toString('latin1', 0, STORE_ID_BYTES) as StoreId,
      averagedStores: bytes.readUInt32BE(COUNT_AT),
      etag: `W/"${bytes.toString('latin1', STORE_ID_BYTES, TEXT_BYTES)}"`,
      fallback: bytes.toString('latin1', HEAD_BYTES, begin),
      hit: bytes.subarray(begin),
    },
    assembledAt: bytes.readDoubleBE(TEXT_BYTES) as Instant,
  };
}
