import { Redis } from 'ioredis';
import { findProgram } from '../machine/commands';
import { install } from '../machine/debian';
import { createServerFolder } from '../machine/folders';
import { freePort } from '../machine/ports';
import { createServer, type Server } from './server';

/** Every test that asks gets a database of its own. */
const DATABASES = 4_096;
const CONNECT_MS = 2_000;

/**
 * A Redis of Debian's on a free port. It keeps nothing: restarted, it is empty.
 *
 * @param settings arguments of its own
 */
export async function createRedis(settings: readonly string[] = []): Promise<Server> {
  const program = await redisProgram();
  const folder = createServerFolder('redis');
  const port = String(await freePort());
  const url = `redis://127.0.0.1:${port}`;
  return createServer({
    name: 'redis',
    url,
    folder,
    command: {
      program,
      args: [
        ...['--bind', '127.0.0.1', '--port', port, '--dir', folder],
        ...['--save', '', '--appendonly', 'no', '--databases', String(DATABASES)],
        ...settings,
      ],
    },
    signalWhenOrphaned: 'KILL',
    stopSignal: 'SIGTERM',
    answers: () => redisAnswers(url),
  });
}

/** Asks `PING`. @throws Error when there is no answer */
export async function redisAnswers(url: string): Promise<boolean> {
  const redis = connectRedis(url);
  try {
    await redis.connect();
    await redis.ping();
    return true;
  } finally {
    // A client that could not connect is closed already; disconnecting it again would leave a timer of ioredis running.
    if (redis.status === 'ready') redis.disconnect();
  }
}

/** Sends one command over a connection of its own. @throws Error when there is no answer */
export async function askRedis(url: string, ...command: readonly [string, ...string[]]): Promise<unknown> {
  const redis = connectRedis(url);
  try {
    return await redis.call(...command);
  } finally {
    redis.disconnect();
  }
}

/** A client that tries once; it connects at `connect` or at the first command. */
export function connectRedis(url: string): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // A failed command rejects.
  redis.on('error', () => undefined);
  return redis;
}

/** Where redis-server is, installed if it is missing. */
export async function redisProgram(): Promise<string> {
  const found = findProgram('redis-server');
  if (found) return found;
  await install(['redis-server'], 'redis: redis-server is missing');
  const installed = findProgram('redis-server');
  if (!installed) throw new Error('redis: redis-server is not where its package puts it.');
  return installed;
}
