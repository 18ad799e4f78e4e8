import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Distribution } from '../../src/database/distribution/distribute';
import { addresses, isCitusRun } from './addresses';
import { command, databaseOf, freshCitusDatabase } from './servers/citus';
import { connectRedis } from './servers/redis';

/** A resource on a shared server that belongs to one test. */
export interface Own {
  readonly url: string;
  /** Releases it, also with open connections. */
  drop(): Promise<void>;
}

/** An empty database with a name of its own, on the run's PostgreSQL or the one at `serverUrl`. */
export async function freshDatabase(serverUrl = addresses().databaseUrl): Promise<Own> {
  const own = randomUUID().replaceAll('-', '');
  if (isCitusRun() && serverUrl === addresses().databaseUrl)
    return freshCitusDatabase(serverUrl, `${DISTRIBUTED}${own}`);
  const name = `test_${own}`;
  await command(serverUrl, `CREATE DATABASE ${name}`);
  return {
    url: databaseOf(serverUrl, name),
    async drop() {
      await command(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** How the tables of a database are to be distributed, by the name that `freshDatabase` gave it. */
export const distributionOf = (url: string): Distribution =>
  new URL(url).pathname.startsWith(`/${DISTRIBUTED}`) ? 'citus' : undefined;

/** What the name of a distributed database begins with. */
export const DISTRIBUTED = 'citus_test_';

/**
 * An empty numbered database of Redis, for one test. Published messages reach subscribers in all databases, so channels need
 * random ids.
 */
export async function freshRedis(): Promise<Own> {
  const { redisUrl } = addresses();
  const redis = connectRedis(redisUrl);
  try {
    const number = await takeDatabase(redis);
    const url = new URL(redisUrl);
    url.pathname = `/${number}`;
    return { url: url.href, drop: () => flush(url.href) };
  } finally {
    redis.disconnect();
  }
}

const COUNTER = 'tests:databases-taken';

/** Assigned in turn over all processes of a run. A non-empty database is in use and is skipped. */
async function takeDatabase(redis: Redis): Promise<number> {
  const others = (await databaseCount(redis)) - 1;
  for (let attempt = 0; attempt < others; attempt++) {
    await redis.select(0);
    const number = 1 + ((await redis.incr(COUNTER)) % others);
    await redis.select(number);
    if ((await redis.dbsize()) === 0) return number;
  }
  throw new Error(`None of the ${others} databases of Redis is empty.`);
}

async function databaseCount(redis: Redis): Promise<number> {
  const answer = await redis.config('GET', 'databases');
  const count = Array.isArray(answer) ? Number(answer[1]) : Number.NaN;
  if (!Number.isInteger(count)) throw new Error('Redis does not say how many databases it has.');
  return count;
}

async function flush(url: string): Promise<void> {
  const redis = connectRedis(url);
  try {
    await redis.flushdb();
  } finally {
    redis.disconnect();
  }
}

/** A prefix for the topics and groups of one test, so that no other test uses them. */
export function freshTopicPrefix(): string {
  return `test-${randomUUID()}.`;
}
