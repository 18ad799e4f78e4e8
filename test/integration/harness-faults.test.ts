import { Client } from 'pg';
import { createPostgres } from '../harness/servers/postgres';
import { createRedis, redisAnswers } from '../harness/servers/redis';
import type { Server } from '../harness/servers/server';

async function ask(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a server of a fault test', () => {
  const servers: Server[] = [];
  const own = async (creating: Promise<Server>): Promise<Server> => {
    const server = await creating;
    servers.push(server);
    return server;
  };
  afterAll(() => Promise.all(servers.map((server) => server.remove())));

  it('comes back with what was committed, at the same address, after it was killed', async () => {
    const postgres = await own(createPostgres());
    await postgres.start();
    await ask(postgres.url, 'CREATE TABLE kept AS SELECT 1 AS one');

    await postgres.kill();
    await expect(ask(postgres.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.start();
    expect(await ask(postgres.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('comes back after it was stopped in good order', async () => {
    const redis = await own(createRedis());
    await redis.start();
    await redis.stop();
    await expect(redisAnswers(redis.url)).rejects.toThrow();
    await redis.start();
    expect(await redisAnswers(redis.url)).toBe(true);
  });

  it('is not started twice', async () => {
    const redis = await own(createRedis());
    await redis.start();
    await expect(redis.start()).rejects.toThrow('redis is already running');
  });
});
