import type { Redis } from 'ioredis';
import type { ClusterAddress, RedisAddress } from '../config/redis-address';
import { prepareCounting } from '../auth/rate-limiter';
import { forgetAll } from '../cache/redis';
import { oneServer, type RedisServers } from '../cache/redis-servers';
import type { Notifications } from '../messaging/notifications/notifications';
import { createRedisNotifications } from '../messaging/notifications/redis';
import { createClusterNotifications } from '../messaging/notifications/redis-cluster';
import { openRedisCluster } from '../messaging/redis/cluster/cluster';
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
  readonly servers: RedisServers;
  readonly notifications: Notifications;
  /**
   * Calls back when the service has come to another server than before: changes that were published in between may
   * have missed processes that are there already.
   */
  readonly onOtherServer: (listener: () => void) => void;
}

type OneAddress = Exclude<RedisAddress, ClusterAddress>;

const UNREACHED = 'Redis cannot be reached yet';
const CONNECTED_WITHIN_MS = 3_000;

/** Opens the connections to Redis; a start does not wait for one that is away. */
export function openRedis(address: RedisAddress, runtime: Runtime): Promise<OpenedRedis> {
  return address.kind === 'cluster' ? openCluster(address, runtime) : openOne(address, runtime);
}

async function openCluster(address: ClusterAddress, { lifecycle, log }: Runtime): Promise<OpenedRedis> {
  const cluster = await openRedisCluster({ address, prefix: PREFIX, prepare: prepareCounting, log });
  lifecycle.own('redis', cluster, { check: () => cluster.requireAnswers(), decides: false });
  await cluster.requireAnswers().catch((error: unknown) => log.warn({ err: error }, UNREACHED));
  return {
    servers: cluster,
    notifications: createClusterNotifications({ cluster, prefix: PREFIX, log }),
    onOtherServer: (listener) => cluster.onOtherServer(listener),
  };
}

async function openOne(address: OneAddress, runtime: Runtime): Promise<OpenedRedis> {
  const { log } = runtime;
  const listeners: (() => void)[] = [];
  // It queues nothing while Redis is away, and repeats nothing over a later connection, which may lead to another server.
  const commands = createConnection(address, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 500,
  });
  prepareCounting(commands);
  const subscriptions = createConnection(address, { enableOfflineQueue: true, maxRetriesPerRequest: null });
  const identity = watchIdentity(commands, log, {
    prepare: (other) => forgetAll({ redis: commands, prefix: prefixOf(other), takesMixedKeys: true }),
    arrived() {
      // Where the address leads elsewhere, and the old server goes on, they would stay there and hear nothing any more.
      if (subscriptions.status === 'ready') subscriptions.stream.destroy();
      for (const listener of listeners) listener();
    },
  });
  followSentinels(address, [commands, subscriptions], runtime);
  own('redis', commands, runtime, () => identity.verify());
  own('redis subscriptions', subscriptions, runtime);
  await Promise.all([connect(commands, log), connect(subscriptions, log)]);
  await identity.asked();
  return {
    notifications: createRedisNotifications({
      publisher: commands,
      subscriber: subscriptions,
      prefix: PREFIX,
      log,
    }),
    servers: oneServer(commands, () => prefixOf(identity.current())),
    onOtherServer: (listener) => void listeners.push(listener),
  };
}

const prefixOf = (identity: string): string => `${PREFIX}${identity}:`;

function followSentinels(
  address: OneAddress,
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

/**
 * While no sentinel names a master, a connection that has been begun does not even fail. Where it does, ioredis says that it was
 * closed, and why in an event ahead of that.
 */
async function connect(redis: Redis, log: Logger): Promise<void> {
  let why: Error | undefined;
  redis.once('error', (error: Error) => (why = error));
  const failure = redis.connect().then(
    () => undefined,
    (error: unknown) => why ?? error,
  );
  const away = await within(
    CONNECTED_WITHIN_MS,
    failure,
    () => new Error(`Redis has not answered in ${CONNECTED_WITHIN_MS} ms.`),
  );
  if (away !== undefined) log.warn({ err: away }, UNREACHED);
}
