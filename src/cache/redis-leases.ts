import type { Redis } from 'ioredis';
import type { Lease, Leases } from './cache';
import { bodyIn, isOfVersion } from './redis-value';

export interface RedisLeasesOptions {
  readonly redis: Redis;
  readonly prefix: () => string;
  readonly leaseMs: number;
}

/** A command's keys are arguments of a function call, of which there cannot be any number. */
const LEASES_PER_COMMAND = 1_000;

/**
 * Leases on what lies in Redis. One is given for a body of the current version alone: one that is only served until its turn
 * is over may lack a second of changes already, and must not be served for longer than Redis says.
 */
export function createRedisLeases(options: RedisLeasesOptions): Pick<Leases, 'take' | 'renew'> {
  const { redis, prefix, leaseMs } = options;
  let connection = 0;
  // What came over an earlier one may be another server's, or from before what this one was told.
  redis.on('close', () => (connection += 1));

  async function renew(leases: readonly RedisLease[]): Promise<void> {
    const mine = connection;
    const askedAt = performance.now();
    const versions = await redis.mgetBuffer(...leases.map(({ versionKey }) => versionKey));
    const until = mine === connection ? askedAt + leaseMs : 0;
    leases.forEach((lease, index) => lease.renew(versions[index], until));
  }

  return {
    async take(eventId) {
      const begin = prefix();
      const mine = connection;
      const [versionKey, bodyKey] = [`${begin}version:${eventId}`, `${begin}body:${eventId}`];
      // Counted from before the question: whatever is changed after Redis has answered it, is changed after this.
      const askedAt = performance.now();
      const [leftMs, [value, version]] = await Promise.all([
        redis.pttl(versionKey),
        redis.mgetBuffer(bodyKey, versionKey),
      ]);
      if (!value || !version || !isOfVersion(value, version)) return undefined;
      const lease = new RedisLease({
        // Copies: what the client read lies in one piece with whatever else came with it, and would keep all of that.
        bytes: Buffer.from(bodyIn(value)),
        version: Buffer.from(version),
        versionKey,
        end: askedAt + leftMs,
        isConnected: () => mine === connection,
      });
      lease.renew(version, askedAt + leaseMs);
      return lease;
    },
    async renew(leases) {
      const ours = leases.filter((lease): lease is RedisLease => lease instanceof RedisLease);
      for (let start = 0; start < ours.length; start += LEASES_PER_COMMAND)
        await renew(ours.slice(start, start + LEASES_PER_COMMAND));
    },
  };
}

interface LeaseParts {
  readonly bytes: Buffer;
  readonly version: Buffer;
  readonly versionKey: string;
  /** When the version's own time is over, and the body with it, by `performance.now()`. */
  readonly end: number;
  readonly isConnected: () => boolean;
}

class RedisLease implements Lease {
  readonly bytes: Buffer;
  readonly versionKey: string;
  readonly isConnected: () => boolean;
  private readonly version: Buffer;
  private readonly end: number;
  private until = 0;

  constructor({ bytes, version, versionKey, end, isConnected }: LeaseParts) {
    this.bytes = bytes;
    this.version = version;
    this.versionKey = versionKey;
    this.end = end;
    this.isConnected = isConnected;
  }

  left(now: number): number {
    return this.isConnected() ? this.until - now : 0;
  }

  /** @param until when another while is over, if the version that was found is still its own */
  renew(version: Buffer | null | undefined, until: number): void {
    this.until = version?.equals(this.version) ? Math.min(until, this.end) : 0;
  }
}
