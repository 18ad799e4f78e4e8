import { createHash } from 'node:crypto';
import type { Instant, StoreId } from '../domain/values';

/** A finished answer: the bytes to send, and what is needed to send them without parsing them. */
export interface DashboardBody {
  /** The event's owner, for `mayRead`. */
  readonly storeId: StoreId;
  /** How many stores its industry averages are over; 0 when they come from the reference table. */
  readonly averagedStores: number;
  /** Weak: the same for a hit and a miss. */
  readonly etag: string;
  /** The value of X-Fallback-Channels; empty for no header. */
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
/** The first character of the JSON, which no percent-encoded name contains. */
const JSON_BEGIN = '{';

export interface BodyParts extends Pick<DashboardBody, 'storeId' | 'averagedStores'> {
  /** An object whose last key is cacheStatus, with the value HIT. */
  readonly json: string;
  /** Part of the etag too: the same JSON without this header is another answer. */
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

/** The bytes for the request that assembled the answer: only cacheStatus differs. */
export function missBytes({ hit }: DashboardBody): Buffer {
  return Buffer.concat([hit.subarray(0, hit.length - HIT_END.length), MISS_END]);
}

/** A cached body. */
export interface KeptBody {
  readonly body: DashboardBody;
  /** The clock's instant before its data was read. */
  readonly assembledAt: Instant;
}

/** The cached form: store, digest, instant, count, fallback and JSON, concatenated. */
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
