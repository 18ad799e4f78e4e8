import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { createFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';
import type { RateLimiter, RatePolicy, RateState } from './rate';
import { countAhead } from './rate-ahead';

export interface RateLimiterOptions extends RatePolicy {
  /** Left out for a service that is one process. */
  readonly redis?: Redis | undefined;
  readonly log: Logger;
}

/** Redis is not asked for so long after a failure: one that hangs must not delay every request. */
const PAUSE_MS = 1_000;

export function createRateLimiter({ redis, log, ...policy }: RateLimiterOptions): RateLimiter {
  const { name, points, windowSeconds } = policy;
  const options = { keyPrefix: `analytics:rate:${name}`, points, duration: windowSeconds };
  const own = new RateLimiterMemory(options);
  if (redis === undefined) return { policy, take: (key, taken) => stateOf(own.consume(key, taken)) };
  const shared = new RateLimiterRedis({
    ...options,
    storeClient: redis,
    // A key over its limit is refused without asking Redis until the window ends.
    inMemoryBlockOnConsumed: points + 1,
  });
  const fault = createFaultLog(log, {
    begins: 'what is asked is counted by each process for itself until Redis is back',
    ends: 'what is asked is counted by all processes together again',
  });

  async function takeShared(key: string, taken: number): Promise<RateState> {
    try {
      const state = await stateOf(shared.consume(key, taken));
      fault.worked();
      return state;
    } catch (error) {
      fault.failed(error);
      return stateOf(own.consume(key, taken));
    }
  }

  return {
    policy,
    take: countAhead((key, taken) =>
      fault.hasFailedWithin(PAUSE_MS) ? stateOf(own.consume(key, taken)) : takeShared(key, taken),
    ),
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
