import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Client } from 'pg';
import { addresses } from './addresses';
import { connectRedis } from './servers/redis';

/** A resource on a shared server that belongs to one test. */
export interface Own {
  readonly url: string;
  /** Releases it, also with open connections. */
  drop(): Promise<void>;
}

/** An empty database with a name of its own, on the run's PostgreSQL or the one at `serverUrl`. */
export async function freshDatabase(serverUrl = addresses().databaseUrl): Promise<Own> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await command(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => command(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function command(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

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
