import { Redis, type RedisOptions } from 'ioredis';
import type { Config } from '../config';
import type { BodyCache } from '../platform/cache/cache';
import { createInProcessCache } from '../platform/cache/in-process';
import { createRedisCache } from '../platform/cache/redis';
import { createInProcessNotifications } from '../platform/notifications/in-process';
import type { Notifications } from '../platform/notifications/notifications';
import { createRedisNotifications } from '../platform/notifications/redis';
import type { Surroundings } from './surroundings';

const PREFIX = 'analytics:';

/** What processes share beside the database: finished bodies, and word of what has changed. */
export interface Sharing {
  readonly cache: BodyCache;
  readonly notifications: Notifications;
}

/** Redis, or what serves a single process as well. */
export async function openSharing(
  { redisUrl, isEmbedded }: Config,
  { lifecycle, log }: Surroundings,
): Promise<Sharing> {
  if (redisUrl === undefined) {
    if (!isEmbedded)
      log.warn('without REDIS_URL this process must be the only one: others would not hear of its changes');
    return { cache: createInProcessCache(), notifications: createInProcessNotifications() };
  }
  const open = async (options: RedisOptions): Promise<Redis> => {
    const redis = new Redis(redisUrl, { ...REDIS_OPTIONS, ...options });
    redis.on('error', (error) => log.debug({ err: error }, 'the connection to Redis failed'));
    lifecycle.own('redis', () => redis.disconnect());
    await redis.connect().catch((error: unknown) => log.warn({ err: error }, 'Redis cannot be reached yet'));
    return redis;
  };
  // Nothing is queued for a cache that is away, and no answer is waited for long. A subscription, on the other hand,
  // is made once Redis is there, however long that takes.
  const redis = await open({ enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 500 });
  const subscriber = await open({ enableOfflineQueue: true, maxRetriesPerRequest: null });
  const notifications = createRedisNotifications({ publisher: redis, subscriber, prefix: PREFIX, log });
  lifecycle.own('notifications', notifications);
  return { cache: createRedisCache(redis, PREFIX), notifications };
}

const REDIS_OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectTimeout: 5_000,
  enableAutoPipelining: true,
  retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
};
