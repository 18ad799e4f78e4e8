import type { Redis } from 'ioredis';
import type { Config } from '../config';
import type { RedisAddress } from '../config/redis-address';
import type { Logger } from '../observability/log';
import type { BodyCache } from '../cache/cache';
import { createInProcessCache } from '../cache/in-process';
import { createRedisCache, outdateAll } from '../cache/redis';
import { createInProcessNotifications } from '../messaging/notifications/in-process';
import type { Notifications } from '../messaging/notifications/notifications';
import { createRedisNotifications } from '../messaging/notifications/redis';
import type { RateLimiter, RatePolicy } from '../auth/rate';
import { createRateLimiter } from '../auth/rate-limiter';
import { requireAnswer, startHeartbeat } from '../messaging/redis/heartbeat';
import { createConnection } from '../messaging/redis/connection';
import { type ServerIdentity, watchIdentity } from '../messaging/redis/server-identity';
import { within } from '../runtime/timeout';
import type { Runtime } from './runtime';

const PREFIX = 'analytics:';
/** What the keys of a server's cache begin with. */
const prefixOf = (identity: string): string => `${PREFIX}${identity}:`;
const CONNECTED_WITHIN_MS = 3_000;

/** What processes share besides the database: in Redis, or within a single process. */
export interface SharedServices {
  /** One rate limiter for each policy. */
  readonly rateLimiter: (policy: RatePolicy) => RateLimiter;
  readonly cache: BodyCache;
  readonly notifications: Notifications;
  /**
   * Calls back when all of it has come to another server than before: changes that were published meanwhile may have missed
   * processes that are there already.
   */
  readonly onOtherServer: (listener: () => void) => void;
}

/** Redis, or what serves a single process as well. */
export async function openSharedServices(config: Config, runtime: Runtime): Promise<SharedServices> {
  const { redis: address, isEmbedded, staleIfErrorSeconds, cacheLeaseMs: freshMs } = config;
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
  const { redis, identity, onOtherServer } = await openCommands(address, runtime);
  const subscriber = await openSubscriptions(address, runtime);
  const notifications = createRedisNotifications({ publisher: redis, subscriber, prefix: PREFIX, log });
  lifecycle.own('notifications', notifications);
  return {
    cache: createRedisCache({ redis, prefix: () => prefixOf(identity.current()), keptMs, freshMs }),
    notifications,
    rateLimiter: (policy) => createRateLimiter({ ...policy, redis, log }),
    onOtherServer,
  };
}

/**
 * The connection for the cache and for publishing. It queues nothing while Redis is unavailable, has a short timeout,
 * and repeats nothing over a later connection, which may lead to another server.
 */
async function openCommands(
  address: RedisAddress,
  runtime: Runtime,
): Promise<{ redis: Redis; identity: ServerIdentity } & Pick<SharedServices, 'onOtherServer'>> {
  const options = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 500 };
  const redis = createConnection(address, options);
  const listeners: (() => void)[] = [];
  const identity = watchIdentity(redis, runtime.log, {
    prepare: (other) => outdateAll(redis, prefixOf(other)),
    arrived: () => listeners.forEach((listener) => listener()),
  });
  own('redis', redis, runtime, () => identity.verify());
  await connect(redis, runtime.log);
  await identity.asked();
  return { redis, identity, onOtherServer: (listener) => void listeners.push(listener) };
}

/** The connection for subscriptions: they are queued until Redis is available. */
async function openSubscriptions(address: RedisAddress, runtime: Runtime): Promise<Redis> {
  const options = { enableOfflineQueue: true, maxRetriesPerRequest: null };
  const redis = createConnection(address, options);
  own('redis subscriptions', redis, runtime);
  await connect(redis, runtime.log);
  return redis;
}

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

/** A start does not wait for Redis: while no sentinel knows a master, a connection that has been begun would not even fail. */
async function connect(redis: Redis, log: Logger): Promise<void> {
  const away = (error?: unknown): void => log.warn({ err: error }, 'Redis cannot be reached yet');
  await within(CONNECTED_WITHIN_MS, redis.connect().catch(away), away);
}
