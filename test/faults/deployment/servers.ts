import { createKafka } from '../../harness/servers/kafka';
import { createPostgres } from '../../harness/servers/postgres';
import { createRedis } from '../../harness/servers/redis';
import type { Server } from '../../harness/servers/server';

/** The servers that a run's faults share. */
export interface FaultServers {
  readonly kafka: Server;
  readonly postgres: Server;
  readonly redis: Server;
}

/** @param own called with each server as soon as it exists, to remove it at the end */
export async function startFaultServers(own: (server: Server) => void): Promise<FaultServers> {
  const [postgres, redis, kafka] = await Promise.all([
    createPostgres({ max_connections: '120', max_prepared_transactions: '0' }),
    createRedis(),
    createKafka(),
  ]);
  [postgres, redis, kafka].forEach(own);
  await Promise.all([postgres.start(), redis.start(), kafka.start()]);
  return { postgres, redis, kafka };
}
