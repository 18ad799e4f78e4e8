import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { BodyCache, Lease, Leases } from '../../src/cache/cache';
import { createRedisCache } from '../../src/cache/redis';
import type { EventId } from '../../src/domain/values';
import { freshRedis, type Own } from '../harness/isolation';
import { madeOf } from '../harness/made';

/** So long that no lease ends by it while a test looks. */
const LONG_MS = 60_000;
const KEPT_MS = 30_000;

describe('a lease on what lies in Redis', () => {
  let own: Own;
  let redis: Redis;
  let cache: BodyCache;
  let leases: Leases;
  let event: EventId;
  beforeAll(async () => {
    own = await freshRedis();
    redis = new Redis(own.url);
    cache = open(LONG_MS);
    if (cache.leases === undefined) throw new Error('The cache gives no leases.');
    leases = cache.leases;
  });
  beforeEach(() => void (event = randomUUID() as EventId));
  afterAll(async () => {
    redis.disconnect();
    await own.drop();
  });

  const open = (leaseMs: number): BodyCache =>
    createRedisCache({ redis, prefix: () => 'test:', keptMs: LONG_MS, leaseMs });
  const left = (lease: Lease | undefined): number => lease?.left(performance.now()) ?? 0;
  async function keep(text: string): Promise<void> {
    const turn = await cache.begin(event);
    if (turn === 'taken') throw new Error('The turn is taken.');
    await cache.store(event, turn, madeOf(Buffer.from(text)), KEPT_MS);
  }

  it('is given for a body that nothing has changed under, for as long as that may be served', async () => {
    expect(await leases.take(event)).toBeUndefined();
    await keep('a body');
    const lease = await leases.take(event);
    expect(lease?.bytes.toString()).toBe('a body');
    expect(left(lease)).toBeGreaterThan(0);
    expect(left(lease)).toBeLessThanOrEqual(KEPT_MS);
    expect(left(await open(1_000).leases?.take(event))).toBeLessThanOrEqual(1_000);
  });

  it('is not given for one that is served for the rest of its turn alone, or of an earlier version', async () => {
    await keep('a body');
    await cache.drop([event]);
    expect((await cache.read(event)).bytes?.toString()).toBe('a body');
    expect(await leases.take(event)).toBeUndefined();
    await cache.forget([event]);
    await cache.begin(event);
    expect(await leases.take(event)).toBeUndefined();
  });

  it('is renewed under the same version, for no longer than before, and under no other', async () => {
    await keep('a body');
    const lease = await leases.take(event);
    if (lease === undefined) throw new Error('There is no lease.');
    const before = left(lease);
    await leases.renew([lease]);
    expect(left(lease)).toBeGreaterThan(0);
    expect(left(lease)).toBeLessThanOrEqual(before);
    await cache.forget([event]);
    await cache.begin(event);
    await leases.renew([lease]);
    expect(left(lease)).toBeLessThanOrEqual(0);
  });

  it('is given by no cache that is to be asked each time', () => {
    expect(open(0).leases).toBeUndefined();
  });
});
