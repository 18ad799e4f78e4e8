import { Redis, type RedisOptions } from 'ioredis';
import type { Config } from '../config';
import type { Logger } from '../observability/log';
import type { BodyCache } from '../cache/cache';
import { createInProcessCache } from '../cache/in-process';
import { createRedisCache } from '../cache/redis';
import { createInProcessNotifications } from '../messaging/notifications/in-process';
import type { Notifications } from '../messaging/notifications/notifications';
import { createRedisNotifications } from '../messaging/notifications/redis';
import { createRateLimiter, type RateLimiter, type RatePolicy } from '../auth/rate-limiter';
import { requireAnswer, startHeartbeat } from '../messaging/redis/heartbeat';
import { type ServerIdentity, watchIdentity } from '../messaging/redis/server-identity';
import type { Surroundings } from './surroundings';

const PREFIX = 'analytics:';

/** What processes share beside the database: finished bodies, and word of what has changed. */
export interface Sharing {
  /** Counts what is asked in a while, for one limit. */
  readonly rateLimiter: (policy: RatePolicy) => RateLimiter;
  readonly cache: BodyCache;
  readonly notifications: Notifications;
}

/** Redis, or what serves a single process as well. */
export async function openSharing(config: Config, surroundings: Surroundings): Promise<Sharing> {
  const { redisUrl, isEmbedded, staleIfErrorSeconds, cacheLeaseMs: freshMs } = config;
  const { lifecycle, log } = surroundings;
  const keptMs = staleIfErrorSeconds * 1_000;
  if (redisUrl === undefined) {
    if (!isEmbedded)
      log.warn('without REDIS_URL this process must be the only one: others would not hear of its changes');
    return {
      cache: createInProcessCache(keptMs),
      notifications: createInProcessNotifications(),
      rateLimiter: (policy) => createRateLimiter({ ...policy, log }),
    };
  }
  const { redis, identity } = await openCommands(redisUrl, surroundings);
  const subscriber = await openSubscriptions(redisUrl, surroundings);
  const notifications = createRedisNotifications({ publisher: redis, subscriber, prefix: PREFIX, log });
  lifecycle.own('notifications', notifications);
  const prefix = (): string => `${PREFIX}${identity.current()}:`;
  return {
    cache: createRedisCache({ redis, prefix, keptMs, freshMs }),
    notifications,
    rateLimiter: (policy) => createRateLimiter({ ...policy, redis, log }),
  };
}

/**
 * For the cache and for telling of changes. Nothing is queued for a Redis that is away, no answer is waited for long,
 * and nothing is sent again over a later connection: that may lead to another server.
 */
async function openCommands(
  url: string,
  surroundings: Surroundings,
): Promise<{ redis: Redis; identity: ServerIdentity }> {
  const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 500 };
  const redis = new Redis(url, { ...REDIS_OPTIONS, ...options });
  const identity = watchIdentity(redis, surroundings.log);
  own('redis', redis, surroundings, () => identity.verify());
  await connect(redis, surroundings.log);
  await identity.asked();
  return { redis, identity };
}

/** A subscription is made once Redis is there, however long that takes. */
async function openSubscriptions(url: string, surroundings: Surroundings): Promise<Redis> {
  const options = { enableOfflineQueue: true, maxRetriesPerRequest: null };
  const redis = new Redis(url, { ...REDIS_OPTIONS, ...options });
  own('redis subscriptions', redis, surroundings);
  await connect(redis, surroundings.log);
  return redis;
}

const REDIS_OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectTimeout: 2_000,
  enableAutoPipelining: true,
  retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
  // After a fail-over the address leads elsewhere, while the server that was the master still answers here.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
};

/** Without Redis every read is a miss and changes are told later: that is told, and keeps nobody from being served. */
function own(
  name: string,
  redis: Redis,
  { lifecycle, log }: Surroundings,
  ask?: () => Promise<unknown>,
): void {
  redis.on('error', (error) => log.debug({ err: error }, 'the connection to Redis failed'));
  const stopHeartbeat = startHeartbeat(redis, { name, log, ...(ask && { ask }) });
  const close = (): void => {
    stopHeartbeat();
    redis.disconnect();
  };
  lifecycle.own(name, close, { check: () => requireAnswer(redis), decides: false });
}

async function connect(redis: Redis, log: Logger): Promise<void> {
  await redis.connect().catch((error: unknown) => log.warn({ err: error }, 'Redis cannot be reached yet'));
}
