import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { BodyCache, LocalCopy, LocalCopies } from '../../src/cache/cache';
import { createRedisCache } from '../../src/cache/redis';
import { oneServer } from '../../src/cache/redis-servers';
import type { EventId, StoreId } from '../../src/domain/values';
import { freshRedis, type Own } from '../harness/isolation';
import { madeOf, OWNER } from '../harness/made';

/** So long that no copy ends during a test. */
const LONG_MS = 60_000;
const KEPT_MS = 30_000;
const BODY = Buffer.from('a body');

describe('a local copy of a body in Redis', () => {
  let own: Own;
  let redis: Redis;
  let cache: BodyCache;
  let copies: LocalCopies;
  let event: EventId;
  beforeAll(async () => {
    own = await freshRedis();
    redis = new Redis(own.url);
    cache = open(LONG_MS);
    if (cache.copies === undefined) throw new Error('The cache gives no copies.');
    copies = cache.copies;
  });
  beforeEach(() => void (event = randomUUID() as EventId));
  afterAll(async () => {
    redis.disconnect();
    await own.drop();
  });

  const open = (freshMs: number): BodyCache =>
    createRedisCache({ servers: oneServer(redis, () => 'test:'), keptMs: LONG_MS, freshMs });
  const left = (copy: LocalCopy | undefined): number => copy?.freshForMs(performance.now()) ?? 0;
  async function keep(text: string): Promise<void> {
    const lease = await cache.acquire(event);
    if (lease === 'taken') throw new Error('The lease is taken.');
    const storeVersion = await cache.storeVersions.take(OWNER);
    await cache.store(event, lease, { ...madeOf(Buffer.from(text)), storeVersion }, KEPT_MS);
    await cache.storeVersions.extend(OWNER, storeVersion, KEPT_MS);
  }

  it('is of a body whose event has not changed, for as long as the body may be served', async () => {
    expect(await copies.fetch(event, OWNER)).toBeUndefined();
    await keep('a body');
    const copy = await copies.fetch(event, OWNER);
    expect(copy?.bytes.toString()).toBe('a body');
    expect(left(copy)).toBeGreaterThan(0);
    expect(left(copy)).toBeLessThanOrEqual(KEPT_MS);
    expect(left(await open(1_000).copies?.fetch(event, OWNER))).toBeLessThanOrEqual(1_000);
  });

  it('is none of a body that is served only until its lease ends, nor of an earlier version', async () => {
    await keep('a body');
    await cache.drop([event]);
    expect((await cache.read(event)).bytes?.toString()).toBe('a body');
    expect(await copies.fetch(event, OWNER)).toBeUndefined();
    await cache.forget([event]);
    await cache.acquire(event);
    expect(await copies.fetch(event, OWNER)).toBeUndefined();
  });

  it('is none of a body whose store has changed, nor of an event of another store', async () => {
    const store = randomUUID() as StoreId;
    const version = await cache.storeVersions.take(store);
    const lease = await cache.acquire(event);
    if (lease === 'taken') throw new Error('The lease is taken.');
    await cache.store(event, lease, { bytes: BODY, owner: store, storeVersion: version }, KEPT_MS);
    expect(await copies.fetch(event, OWNER)).toBeUndefined();
    const copy = await copies.fetch(event, store);
    if (copy === undefined) throw new Error('There is no copy.');
    await copies.revalidate([copy]);
    expect(left(copy)).toBeGreaterThan(0);
    await cache.storeVersions.drop([store]);
    await copies.revalidate([copy]);
    expect(left(copy)).toBeLessThanOrEqual(0);
    expect(await copies.fetch(event, store)).toBeUndefined();
    await cache.storeVersions.take(store);
    expect(await copies.fetch(event, store)).toBeUndefined();
  });

  it('is extended under the same version, for no longer than before, and under no other', async () => {
    await keep('a body');
    const copy = await copies.fetch(event, OWNER);
    if (copy === undefined) throw new Error('There is no copy.');
    const before = left(copy);
    await copies.revalidate([copy]);
    expect(left(copy)).toBeGreaterThan(0);
    expect(left(copy)).toBeLessThanOrEqual(before);
    await cache.forget([event]);
    await cache.acquire(event);
    await copies.revalidate([copy]);
    expect(left(copy)).toBeLessThanOrEqual(0);
  });

  it('is turned off by a time of 0', () => {
    expect(open(0).copies).toBeUndefined();
  });
});
