import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { type BodyCache, OWNER_MS, ASSEMBLY_LEASE_MS } from '../../src/cache/cache';
import { createRedisCache } from '../../src/cache/redis';
import { oneServer } from '../../src/cache/redis-servers';
import type { EventId } from '../../src/domain/values';
import { createRedis } from '../harness/servers/redis';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';
import { madeOf, OWNER } from '../harness/made';

const newEvent = (): EventId => randomUUID() as EventId;

describe('the keys in Redis', () => {
  const PREFIX = 'a*b[c]:';
  /** Of its own: MONITOR shows the commands of all clients of a server. */
  let server: Server;
  let redis: Redis;
  let cache: BodyCache;
  beforeAll(async () => {
    server = await createRedis();
    await server.start();
  });
  beforeEach(async () => {
    redis = new Redis(server.url);
    await redis.flushall();
    cache = createRedisCache({ servers: oneServer(redis, () => PREFIX), keptMs: 0 });
  });
  afterEach(() => redis.disconnect());
  afterAll(() => server.remove());

  it('are none of an event that is not read, however often it changes', async () => {
    const event = newEvent();
    for (let change = 0; change < 50; change++) await cache.drop([event]);
    expect(await redis.dbsize()).toBe(0);
  });

  it('expire, all of them, whatever becomes of the lease', async () => {
    const [kept, failed, dead] = [newEvent(), newEvent(), newEvent()];
    for (const event of [kept, failed, dead]) {
      const lease = await cache.acquire(event);
      if (lease === 'taken') throw new Error('The lease is taken.');
      if (event === kept) await cache.store(event, lease, madeOf(Buffer.from('a body')), 5_000);
      if (event === failed) await cache.release(event, lease);
    }
    const times = await Promise.all((await redis.keys('*')).map((key) => redis.pttl(key)));
    expect(times).toHaveLength(3 + 2 + 2);
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(Math.max(...times)).toBeLessThanOrEqual(OWNER_MS);
    expect(times.filter((time) => time > 60_000)).toHaveLength(1);
    expect(await redis.pttl(`${PREFIX}version:${kept}`)).toBeLessThanOrEqual(5_000);
    expect(await redis.pttl(`${PREFIX}lease:${dead}`)).toBeLessThanOrEqual(ASSEMBLY_LEASE_MS);
  });

  it('hold the version of a store for as long as the body that may be served longest, and no longer', async () => {
    const left = (): Promise<number> => redis.pttl(`${PREFIX}store-version:${OWNER}`);
    const { storeVersions } = cache;
    await storeVersions.drop([OWNER]);
    expect(await redis.dbsize()).toBe(0);
    const version = await storeVersions.take(OWNER);
    expect(await left()).toBeGreaterThan(0);
    expect(await left()).toBeLessThanOrEqual(60_000);
    for (const ttlMs of [100_000.5, 80_000]) {
      await storeVersions.extend(OWNER, version, ttlMs);
      expect(await left()).toBeGreaterThan(80_000);
      expect(await left()).toBeLessThanOrEqual(100_001);
    }
  });

  it('of a neighbour whose name a pattern would match are left alone', async () => {
    await redis.set('axb[c]:version:x', 'not ours');
    await cache.clear();
    expect(await redis.exists('axb[c]:version:x')).toBe(1);
  });

  it('are read in one command', async () => {
    const event = newEvent();
    const monitor = await redis.monitor();
    const seen: string[] = [];
    monitor.on('monitor', (_time: string, [command = '']: string[]) => void seen.push(command.toLowerCase()));
    await cache.read(event);
    await redis.echo('the end');
    await waitFor(() => seen.includes('echo'), { what: 'the monitor', timeoutMs: 2_000 });
    expect(seen).toEqual(['mget', 'echo']);
    monitor.disconnect();
  });
});
