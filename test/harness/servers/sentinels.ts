import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createServerFolder } from '../machine/folders';
import { freePort } from '../machine/ports';
import { createRedis, redisAnswers, redisProgram } from './redis';
import { createServer, type Server } from './server';

/** Two Redis servers, of which sentinels make one the master. */
export interface WatchedRedis {
  /** The master at first, then its replica. */
  readonly servers: readonly [Server, Server];
  readonly sentinels: readonly Server[];
  /** The address for REDIS_URL. */
  readonly url: (database: number) => string;
}

/** As the sentinels call the two servers. */
export const MASTER = 'shops';
const SENTINELS = 3;
const MAJORITY = 2;
/** In milliseconds. A master is missed soon, and not because this machine is busy for a moment. */
const MISSED_AFTER = 2_000;
const FAILOVER_TIMEOUT = 6_000;

/** Creates all of them; the servers have to be started before the sentinels. */
export async function createWatchedRedis(): Promise<WatchedRedis> {
  const master = await createRedis();
  const { hostname, port } = new URL(master.url);
  const replica = await createRedis([
    ...['--replicaof', hostname, port, '--repl-diskless-sync-delay', '0'],
    ...['--repl-timeout', '10'],
  ]);
  const sentinels = await Promise.all(Array.from({ length: SENTINELS }, () => createSentinel(port)));
  const hosts = sentinels.map(({ url }) => new URL(url).host).join();
  return {
    servers: [master, replica],
    sentinels,
    url: (database) => `redis-sentinel://${hosts}/${database}#${MASTER}`,
  };
}

async function createSentinel(masterPort: string): Promise<Server> {
  const folder = createServerFolder('redis');
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const settings = path.join(folder, 'sentinel.conf');
  return createServer({
    name: 'sentinel',
    url,
    folder,
    command: { program: await redisProgram(), args: [settings, '--sentinel'] },
    signalWhenOrphaned: 'KILL',
    stopSignal: 'SIGTERM',
    // A sentinel writes what it learns into this file.
    prepare() {
      writeFileSync(settings, sentinelSettings(port, masterPort));
      return Promise.resolve();
    },
    answers: () => redisAnswers(url),
  });
}

const sentinelSettings = (port: number, masterPort: string): string => `bind 127.0.0.1
port ${port}
sentinel monitor ${MASTER} 127.0.0.1 ${masterPort} ${MAJORITY}
sentinel down-after-milliseconds ${MASTER} ${MISSED_AFTER}
sentinel failover-timeout ${MASTER} ${FAILOVER_TIMEOUT}
sentinel parallel-syncs ${MASTER} 1
`;
