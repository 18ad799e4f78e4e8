import { createBrokers } from '../../harness/servers/kafka';
import { createPostgres } from '../../harness/servers/postgres';
import { createRedis } from '../../harness/servers/redis';
import type { Server } from '../../harness/servers/server';

/** The servers that a run's faults share. */
export interface FaultServers {
  /** Of one cluster. */
  readonly brokers: readonly [Server, ...Server[]];
  readonly postgres: Server;
  readonly redis: Server;
}

/**
 * Starts the servers of a run.
 *
 * @param own called with each server as soon as it exists, to remove it at the end
 */
export type StartServers = (own: (server: Server) => void) => Promise<FaultServers>;

/** One server of each kind. */
export const startFaultServers: StartServers = (own) => start(1, own);

/** A Kafka of three brokers, each with a copy of everything. */
export const startDistributedServers: StartServers = (own) => start(3, own);

async function start(brokerCount: number, own: (server: Server) => void): Promise<FaultServers> {
  const [postgres, redis, [first, ...others]] = await Promise.all([
    createPostgres({ max_connections: '120', max_prepared_transactions: '0' }),
    createRedis(),
    createBrokers(brokerCount),
  ]);
  if (first === undefined) throw new Error('A run needs a broker.');
  const servers = [postgres, redis, first, ...others];
  servers.forEach(own);
  await Promise.all(servers.map((server) => server.start()));
  return { postgres, redis, brokers: [first, ...others] };
}

/** Where a client of the cluster begins. */
export const bootstrapOf = ({ brokers }: FaultServers): string[] => brokers.map(({ url }) => url);
