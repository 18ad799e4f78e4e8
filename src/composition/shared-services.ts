import { Redis, type RedisOptions } from 'ioredis';
import type { Config } from '../config';
import type { Logger } from '../observability/log';
import type { BodyCache } from '../cache/cache';
import { createInProcessCache } from '../cache/in-process';
import { createRedisCache } from '../cache/redis';
import { createInProcessNotifications } from '../messaging/notifications/in-process';
import type { Notifications } from '../messaging/notifications/notifications';
import { createRedisNotifications } from '../messaging/notifications/redis';
import type { RateLimiter, RatePolicy } from '../auth/rate';
import { createRateLimiter } from '../auth/rate-limiter';
import { requireAnswer, startHeartbeat } from '../messaging/redis/heartbeat';
import { type ServerIdentity, watchIdentity } from '../messaging/redis/server-identity';
import type { Runtime } from './runtime';

const PREFIX = 'analytics:';

/** What processes share besides the database: in Redis, or within a single process. */
export interface SharedServices {
  /** One rate limiter for each policy. */
  readonly rateLimiter: (policy: RatePolicy) => RateLimiter;
  readonly cache: BodyCache;
  readonly notifications: Notifications;
}

/** Redis, or what serves a single process as well. */
export async function openSharedServices(config: Config, runtime: Runtime): Promise<SharedServices> {
  const { redisUrl, isEmbedded, staleIfErrorSeconds, cacheLeaseMs: freshMs } = config;
  const { lifecycle, log } = runtime;
  const keptMs = staleIfErrorSeconds * 1_000;
  if (redisUrl === undefined) {
    if (!isEmbedded && runtime.isCommand !== true)
      log.warn('without REDIS_URL this process must be the only one: others would not receive its changes');
    return {
      cache: createInProcessCache(keptMs),
      notifications: createInProcessNotifications(),
      rateLimiter: (policy) => createRateLimiter({ ...policy, log }),
    };
  }
  const { redis, identity } = await openCommands(redisUrl, runtime);
  const subscriber = await openSubscriptions(redisUrl, runtime);
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
 * The connection for the cache and for publishing. It queues nothing while Redis is unavailable, has a short timeout,
 * and repeats nothing over a later connection, which may lead to another server.
 */
async function openCommands(
  url: string,
  runtime: Runtime,
): Promise<{ redis: Redis; identity: ServerIdentity }> {
  const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 500 };
  const redis = new Redis(url, { ...REDIS_OPTIONS, ...options });
  const identity = watchIdentity(redis, runtime.log);
  own('redis', redis, runtime, () => identity.verify());
  await connect(redis, runtime.log);
  await identity.asked();
  return { redis, identity };
}

/** The connection for subscriptions: they are queued until Redis is available. */
async function openSubscriptions(url: string, runtime: Runtime): Promise<Redis> {
  const options = { enableOfflineQueue: true, maxRetriesPerRequest: null };
  const redis = new Redis(url, { ...REDIS_OPTIONS, ...options });
  own('redis subscriptions', redis, runtime);
  await connect(redis, runtime.log);
  return redis;
}

const REDIS_OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectTimeout: 2_000,
  enableAutoPipelining: true,
  retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
  // After a fail-over the address leads to the new master; the old one still answers on this connection.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
};

/** Readiness reports Redis but does not depend on it: without Redis every read is a miss and changes are published later. */
function own(name: string, redis: Redis, { lifecycle, log }: Runtime, ask?: () => Promise<unknown>): void {
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
