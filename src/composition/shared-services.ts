import type { Config } from '../config';
import { REDIS_TLS } from '../config/client-tls';
import type { BodyCache } from '../cache/cache';
import { createInProcessCache } from '../cache/in-process';
import { createRedisCache } from '../cache/redis';
import { isOnItsWay } from '../cache/redis-servers';
import { createInProcessNotifications } from '../messaging/notifications/in-process';
import type { Notifications } from '../messaging/notifications/notifications';
import { openCredentials } from '../messaging/tls-credentials';
import type { RateLimiter, RatePolicy } from '../auth/rate';
import { createRateLimiter, type SharedCounters } from '../auth/rate-limiter';
import { type OpenedRedis, openRedis } from './redis';
import type { Runtime } from './runtime';

/** What processes share besides the database: in Redis, or within a single process. */
export interface SharedServices {
  /** One rate limiter for each policy. */
  readonly rateLimiter: (policy: RatePolicy) => RateLimiter;
  readonly cache: BodyCache;
  readonly notifications: Notifications;
  /** Never called back within a single process. */
  readonly onOtherServer: OpenedRedis['onOtherServer'];
}

/** Redis, or what serves a single process as well. */
export async function openSharedServices(config: Config, runtime: Runtime): Promise<SharedServices> {
  const { redis: address, redisTls, isEmbedded, staleIfErrorSeconds, cacheLeaseMs: freshMs } = config;
  const { lifecycle, log } = runtime;
  const keptMs = staleIfErrorSeconds * 1_000;
  if (address === undefined) {
    if (!isEmbedded && runtime.isCommand !== true)
      log.warn('without REDIS_URL this process must be the only one: others would not receive its changes');
    return {
      cache: createInProcessCache(keptMs),
      notifications: createInProcessNotifications(),
      rateLimiter: (policy) => createRateLimiter({ ...policy, log }),
      onOtherServer: () => undefined,
    };
  }
  const { servers, notifications, onOtherServer } = await openRedis(
    { ...address, tlsWith: openCredentials(redisTls, REDIS_TLS, log) },
    runtime,
  );
  lifecycle.own('notifications', notifications);
  const counters: SharedCounters = {
    serverFor: (key) => servers.of(key).redis,
    partOf: (key) => servers.partOf(key),
    isOnItsWay,
  };
  return {
    cache: createRedisCache({ servers, keptMs, freshMs }),
    notifications,
    rateLimiter: (policy) => createRateLimiter({ ...policy, counters, log }),
    onOtherServer,
  };
}
