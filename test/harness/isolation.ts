import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Client } from 'pg';
import { addresses } from './addresses';
import { connectRedis } from './servers/redis';

/** Something of a shared server's that belongs to one test alone. */
export interface Own {
  readonly url: string;
  /** Gives it back, whoever is still connected. */
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
 * An empty database of Redis's by number: keys in it are nobody else's. What is published is heard in all of them, so
 * let channels be told apart by random ids.
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

/** Handed out in turn over all processes of a run. One that holds anything is somebody's, and passed over. */
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

/** What a test's topics and groups are to begin with, so that nobody else reads or writes them. */
export function freshTopicPrefix(): string {
  return `test-${randomUUID()}.`;
}
