import type { Redis } from 'ioredis';
import type { Leases } from './cache';
import { bodyIn, isOfVersion } from './redis-value';

export interface RedisLeasesOptions {
  readonly redis: Redis;
  readonly prefix: () => string;
  readonly leaseMs: number;
}

/**
 * Leases on what lies in Redis. One is given for a body of the current version alone: one that is only served until its turn
 * is over may lack a second of changes already, and must not be served for longer than Redis says.
 */
export function createRedisLeases({ redis, prefix, leaseMs }: RedisLeasesOptions): Pick<Leases, 'take'> {
  let connection = 0;
  // What came over an earlier one may be another server's, or from before what this one was told.
  redis.on('close', () => (connection += 1));
  /** Counted from before the question: whatever is changed after Redis has answered it, is changed after this. */
  const endOf = (askedAt: number, versionLeftMs: number): number =>
    askedAt + Math.min(leaseMs, versionLeftMs);

  return {
    async take(eventId) {
      const begin = prefix();
      const mine = connection;
      const [versionKey, bodyKey] = [`${begin}version:${eventId}`, `${begin}body:${eventId}`];
      const askedAt = performance.now();
      const [leftMs, [value, version]] = await Promise.all([
        redis.pttl(versionKey),
        redis.mgetBuffer(bodyKey, versionKey),
      ]);
      if (!value || !version || !isOfVersion(value, version)) return undefined;
      let until = endOf(askedAt, leftMs);
      return {
        // A copy: what the client read lies in one piece with whatever else came with it, and would keep all of that.
        bytes: Buffer.from(bodyIn(value)),
        left: () => (mine === connection ? until - performance.now() : 0),
        async renew() {
          const renewedAt = performance.now();
          const [stillMs, now] = await Promise.all([redis.pttl(versionKey), redis.getBuffer(versionKey)]);
          if (mine !== connection || !now?.equals(version)) return false;
          until = endOf(renewedAt, stillMs);
          return true;
        },
      };
    },
  };
}
