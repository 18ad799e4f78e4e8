import type { Redis } from 'ioredis';
import type { RedisAddress } from '../config/redis-address';
import { forgetAll } from '../cache/redis';
import { createConnection } from '../messaging/redis/connection';
import { requireAnswer, startHeartbeat } from '../messaging/redis/heartbeat';
import { watchIdentity } from '../messaging/redis/server-identity';
import { watchMaster } from '../messaging/redis/watched-master';
import type { Logger } from '../observability/log';
import { within } from '../runtime/timeout';
import type { Runtime } from './runtime';

/** What all keys and channels begin with. */
export const PREFIX = 'analytics:';

export interface OpenedRedis {
  /**
   * For the cache and for publishing. It queues nothing while Redis is unavailable, has a short timeout, and repeats nothing
   * over a later connection, which may lead to another server.
   */
  readonly commands: Redis;
  /** They are queued until Redis is available. */
  readonly subscriptions: Redis;
  /** What the keys of the cache begin with. @throws Error while it is not known which server keeps them */
  readonly cachePrefix: () => string;
  /**
   * Calls back when the service has come to another server than before: changes that were published in between may
   * have missed processes that are there already.
   */
  readonly onOtherServer: (listener: () => void) => void;
}

const CONNECTED_WITHIN_MS = 3_000;

/** Opens the connections to Redis; a start does not wait for one that is away. */
export async function openRedis(address: RedisAddress, runtime: Runtime): Promise<OpenedRedis> {
  const listeners: (() => void)[] = [];
  const commands = createConnection(address, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 500,
  });
  const subscriptions = createConnection(address, { enableOfflineQueue: true, maxRetriesPerRequest: null });
  const identity = watchIdentity(commands, runtime.log, {
    prepare: (other) => forgetAll(commands, prefixOf(other)),
    arrived() {
      // Where the address leads elsewhere, and the old server goes on, they would stay there and hear nothing any more.
      if (subscriptions.status === 'ready') subscriptions.stream.destroy();
      for (const listener of listeners) listener();
    },
  });
  followSentinels(address, [commands, subscriptions], runtime);
  own('redis', commands, runtime, () => identity.verify());
  own('redis subscriptions', subscriptions, runtime);
  await Promise.all([connect(commands, runtime.log), connect(subscriptions, runtime.log)]);
  await identity.asked();
  return {
    commands,
    subscriptions,
    cachePrefix: () => prefixOf(identity.current()),
    onOtherServer: (listener) => void listeners.push(listener),
  };
}

const prefixOf = (identity: string): string => `${PREFIX}${identity}:`;

function followSentinels(
  address: RedisAddress,
  connections: readonly Redis[],
  { lifecycle, log }: Runtime,
): void {
  if (address.kind !== 'sentinels') return;
  const master = watchMaster(address, log);
  connections.forEach((redis) => master.follow(redis));
  lifecycle.own('redis sentinels', () => master.stop());
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

/** While no sentinel names a master, a connection that has been begun does not even fail. */
async function connect(redis: Redis, log: Logger): Promise<void> {
  const failure = redis.connect().then(
    () => undefined,
    (error: unknown) => error,
  );
  const away = await within(
    CONNECTED_WITHIN_MS,
    failure,
    () => new Error(`Redis has not answered in ${CONNECTED_WITHIN_MS} ms.`),
  );
  if (away !== undefined) log.warn({ err: away }, 'Redis cannot be reached yet');
}
