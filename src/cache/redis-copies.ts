import type { Redis } from 'ioredis';
import type { LocalCopies, LocalCopy } from './cache';
import { bodyIn, isOfVersion } from './redis-value';

export interface RedisCopiesOptions {
  readonly redis: Redis;
  readonly prefix: () => string;
  readonly freshMs: number;
}

/** The keys of a command are the arguments of a function call, whose number is limited. */
const COPIES_PER_COMMAND = 1_000;

/**
 * Local copies of the bodies in Redis, only of bodies of the current version: a body that is served until its lease ends may
 * lack a second of changes already, and must not be served for longer than Redis says.
 */
export function createRedisCopies(options: RedisCopiesOptions): Pick<LocalCopies, 'fetch' | 'revalidate'> {
  const { redis, prefix, freshMs } = options;
  let connection = 0;
  // A copy from an earlier connection may be another server's, or older than a change that this server has.
  redis.on('close', () => (connection += 1));

  async function revalidate(copies: readonly RedisCopy[]): Promise<void> {
    const mine = connection;
    const askedAt = performance.now();
    const versions = await redis.mgetBuffer(...copies.map(({ versionKey }) => versionKey));
    const until = mine === connection ? askedAt + freshMs : 0;
    copies.forEach((copy, index) => copy.extend(versions[index], until));
  }

  return {
    async fetch(eventId) {
      const begin = prefix();
      const mine = connection;
      const [versionKey, bodyKey] = [`${begin}version:${eventId}`, `${begin}body:${eventId}`];
      // Counted from before the question: a change that the answer lacks is later than this.
      const askedAt = performance.now();
      const [leftMs, [value, version]] = await Promise.all([
        redis.pttl(versionKey),
        redis.mgetBuffer(bodyKey, versionKey),
      ]);
      if (!value || !version || !isOfVersion(value, version)) return undefined;
      const copy = new RedisCopy({
        // Copied: the client's buffer holds other replies too, and would keep all of them in memory.
        bytes: Buffer.from(bodyIn(value)),
        version: Buffer.from(version),
        versionKey,
        end: askedAt + leftMs,
        isConnected: () => mine === connection,
      });
      copy.extend(version, askedAt + freshMs);
      return copy;
    },
    async revalidate(copies) {
      const ours = copies.filter((copy): copy is RedisCopy => copy instanceof RedisCopy);
      for (let start = 0; start < ours.length; start += COPIES_PER_COMMAND)
        await revalidate(ours.slice(start, start + COPIES_PER_COMMAND));
    },
  };
}

interface CopyParts {
  readonly bytes: Buffer;
  readonly version: Buffer;
  readonly versionKey: string;
  /** When the version expires, and the body with it, by `performance.now()`. */
  readonly end: number;
  readonly isConnected: () => boolean;
}

class RedisCopy implements LocalCopy {
  readonly bytes: Buffer;
  readonly versionKey: string;
  readonly isConnected: () => boolean;
  private readonly version: Buffer;
  private readonly end: number;
  private until = 0;

  constructor({ bytes, version, versionKey, end, isConnected }: CopyParts) {
    this.bytes = bytes;
    this.version = version;
    this.versionKey = versionKey;
    this.end = end;
    this.isConnected = isConnected;
  }

  freshForMs(now: number): number {
    return this.isConnected() ? this.until - now : 0;
  }

  /** @param until how long the copy is fresh if the version has not changed */
  extend(version: Buffer | null | undefined, until: number): void {
    this.until = version?.equals(this.version) ? Math.min(until, this.end) : 0;
  }
}
