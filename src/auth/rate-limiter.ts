import type { Redis } from 'ioredis';
import {
  type IRateLimiterOptions,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { createPartsFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';
import type { RateLimiter, RatePolicy, RateState } from './rate';
import { countAhead } from './rate-ahead';

/** Where processes count together: on one server of Redis, or on several that share the keys. */
export interface SharedCounters {
  /** The server that counts under this key. @throws Error while there is none */
  serverFor(key: string): Redis;
  /** A name for the keys that cannot be counted under at the same time. */
  partOf(key: string): string;
  /** Whether a key that could not be counted under is only on its way to another server. */
  isOnItsWay(error: unknown): boolean;
}

/**
 * To be called for each connection before anything is sent over it: a script that becomes known in between is missing in
 * a pipeline that is open already, and ioredis gives the answers of that to the wrong callers.
 */
export function prepareCounting(redis: Redis): void {
  limiterByServer({ points: 1, duration: 1 })(redis);
}

export interface RateLimiterOptions extends RatePolicy {
  /** Left out for a service that is one process. */
  readonly counters?: SharedCounters | undefined;
  readonly log: Logger;
}

/** A part of Redis is not asked for so long after a failure: one that hangs must not delay every request. */
const PAUSE_MS = 1_000;

export function createRateLimiter({ counters, log, ...policy }: RateLimiterOptions): RateLimiter {
  const { name, points, windowSeconds } = policy;
  const options = { keyPrefix: `analytics:rate:${name}`, points, duration: windowSeconds };
  const own = new RateLimiterMemory(options);
  const takeOwn = (key: string, taken: number): Promise<RateState> => stateOf(own.consume(key, taken));
  if (counters === undefined) return { policy, take: takeOwn };
  const limiterOn = limiterByServer(options);
  const fault = createPartsFaultLog(log, {
    begins: 'what is asked is counted by each process for itself until Redis is back',
    ends: 'what is asked is counted by all processes together again',
  });

  const take = async (key: string, taken: number): Promise<RateState> => {
    const inRedis = `${options.keyPrefix}:${key}`;
    const part = counters.partOf(inRedis);
    if (fault.hasFailedWithin(part, PAUSE_MS)) return takeOwn(key, taken);
    try {
      const state = await stateOf(limiterOn(counters.serverFor(inRedis)).consume(key, taken));
      fault.worked(part);
      return state;
    } catch (error) {
      if (!counters.isOnItsWay(error)) fault.failed(part, error);
      return takeOwn(key, taken);
    }
  };
  return { policy, take: countAhead(take) };
}

function limiterByServer(options: IRateLimiterOptions & { readonly points: number }) {
  const limiters = new WeakMap<Redis, RateLimiterRedis>();
  return (redis: Redis): RateLimiterRedis => {
    const known = limiters.get(redis);
    if (known !== undefined) return known;
    // A key over its limit is refused without asking Redis until the window ends.
    const inMemoryBlockOnConsumed = options.points + 1;
    const created = new RateLimiterRedis({ ...options, storeClient: redis, inMemoryBlockOnConsumed });
    limiters.set(redis, created);
    return created;
  };
}

/** The library rejects with a state of the same shape when the limit is exceeded. */
async function stateOf(consumed: Promise<RateLimiterRes>): Promise<RateState> {
  try {
    return toState(await consumed, true);
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return toState(refused, false);
    throw refused;
  }
}

function toState({ remainingPoints, msBeforeNext }: RateLimiterRes, isAllowed: boolean): RateState {
  return {
    isAllowed,
    remaining: remainingPoints,
    resetMs: msBeforeNext,
  };
}
