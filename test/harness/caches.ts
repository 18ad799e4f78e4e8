import { Redis } from 'ioredis';
import type { BodyCache } from '../../src/cache/cache';
import { createInProcessCache } from '../../src/cache/in-process';
import { createRedisCache } from '../../src/cache/redis';
import { oneServer } from '../../src/cache/redis-servers';
import { type ClusterAddress, redisAddress } from '../../src/config/redis-address';
import { openRedisCluster } from '../../src/messaging/redis/cluster/cluster';
import { createLogger } from '../../src/observability/log';
import { freshRedis } from './isolation';
import { createRedisCluster } from './servers/redis-cluster';

export interface CacheUnderTest {
  readonly cache: BodyCache;
  close(): Promise<void>;
}

/** Characters that mean something in a pattern of SCAN. */
const PREFIX = 'a*b[c]:';

/** What a cache may be made of, and how one is opened whose bodies are kept for so long. */
export const CACHES: readonly (readonly [string, (keptMs: number) => Promise<CacheUnderTest>])[] = [
  [
    'in this process',
    (keptMs) => Promise.resolve({ cache: createInProcessCache(keptMs), close: () => Promise.resolve() }),
  ],
  ['in Redis', openInRedis],
  ['in a cluster of Redis', openInCluster],
];

async function openInRedis(keptMs: number): Promise<CacheUnderTest> {
  const own = await freshRedis();
  const redis = new Redis(own.url);
  return {
    cache: createRedisCache({ servers: oneServer(redis, () => PREFIX), keptMs }),
    async close() {
      redis.disconnect();
      await own.drop();
    },
  };
}

async function openInCluster(keptMs: number): Promise<CacheUnderTest> {
  const redis = await createRedisCluster();
  await redis.start();
  const cluster = await openRedisCluster({
    address: clusterAddress(redis.url),
    prefix: PREFIX,
    log: createLogger({ level: 'silent' }),
  });
  return {
    cache: createRedisCache({ servers: cluster, keptMs }),
    async close() {
      cluster.stop();
      await redis.remove();
    },
  };
}

export function clusterAddress(url: string): ClusterAddress {
  const address = redisAddress().parse(url);
  if (address.kind !== 'cluster') throw new Error('This is no cluster.');
  return address;
}
