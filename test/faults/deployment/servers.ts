import { createBrokers, createKafka } from '../../harness/servers/kafka';
import { createPostgres } from '../../harness/servers/postgres';
import { createRedis } from '../../harness/servers/redis';
import { createWatchedRedis } from '../../harness/servers/sentinels';
import type { Server } from '../../harness/servers/server';

/** The servers that a run's faults share. */
export interface FaultServers {
  /** Of one cluster. */
  readonly brokers: readonly [Server, ...Server[]];
  readonly postgres: Server;
  /** The first is the master, as long as no other has become it. */
  readonly redis: readonly [Server, ...Server[]];
  /** What names the master; none where there is one server. */
  readonly sentinels: readonly Server[];
  /** What REDIS_URL is for a database of its own. */
  readonly redisUrl: (database: number) => string;
}

/**
 * Starts the servers of a run.
 *
 * @param own called with each server as soon as it exists, to remove it at the end
 */
export type StartServers = (own: (server: Server) => void) => Promise<FaultServers>;

/** One server of each kind. */
export const startFaultServers: StartServers = async (own) => {
  const [postgres, redis, kafka] = await Promise.all([createTownDatabase(), createRedis(), createKafka()]);
  await startAll([postgres, redis, kafka], own);
  const redisUrl = (database: number): string => `${redis.url}/${database}`;
  return { postgres, redis: [redis], sentinels: [], redisUrl, brokers: [kafka] };
};

/** A Kafka of three brokers, each with a copy of everything, and two servers of Redis of which sentinels name the master. */
export const startDistributedServers: StartServers = async (own) => {
  const [postgres, redis, [first, ...others]] = await Promise.all([
    createTownDatabase(),
    createWatchedRedis(),
    createBrokers(3),
  ]);
  await startAll([postgres, ...redis.servers, first, ...others], own);
  await startAll(redis.sentinels, own);
  const { servers, sentinels, url: redisUrl } = redis;
  return { postgres, redis: servers, sentinels, redisUrl, brokers: [first, ...others] };
};

const createTownDatabase = (): Promise<Server> =>
  createPostgres({ max_connections: '120', max_prepared_transactions: '0' });

async function startAll(servers: readonly Server[], own: (server: Server) => void): Promise<void> {
  servers.forEach(own);
  await Promise.all(servers.map((server) => server.start()));
}

/** Brokers that can be reached. */
export interface Addressed {
  readonly brokers: readonly Pick<Server, 'url'>[];
}

/** Where a client of the cluster begins. */
export const bootstrapOf = ({ brokers }: Addressed): string[] => brokers.map(({ url }) => url);
