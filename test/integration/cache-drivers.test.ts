import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { BodyCache } from '../../src/platform/cache/cache';
import { createInProcessCache } from '../../src/platform/cache/in-process';
import { createRedisCache } from '../../src/platform/cache/redis';
import type { EventId } from '../../src/schema/values';
import { freshRedis } from '../harness/isolation';
import { waitFor } from '../harness/wait-for';

interface Driver {
  readonly cache: BodyCache;
  close(): Promise<void>;
}

/** What every cache promises, whatever it is made of. */
const DRIVERS: readonly (readonly [string, () => Promise<Driver>])[] = [
  [
    'in this process',
    () => Promise.resolve({ cache: createInProcessCache(), close: () => Promise.resolve() }),
  ],
  [
    'in Redis',
    async () => {
      const own = await freshRedis();
      const redis = new Redis(own.url);
      return {
        cache: createRedisCache(redis, 'a*b[c]:'),
        async close() {
          redis.disconnect();
          await own.drop();
        },
      };
    },
  ],
];

const LONG_MS = 60_000;
const newEvent = (): EventId => randomUUID() as EventId;
/** Bytes that are no text in any encoding. */
const BODY = Buffer.from([0, 255, 13, 10, 0xc3, 0x28]);

describe.each(DRIVERS)('a cache %s', (_name, open) => {
  let driver: Driver;
  let cache: BodyCache;
  beforeAll(async () => {
    driver = await open();
    cache = driver.cache;
  });
  afterAll(() => driver.close());

  const keep = async (event: EventId, body = BODY, ttlMs = LONG_MS): Promise<void> =>
    cache.store(event, await cache.version(event), body, ttlMs);

  it('has nothing of an event that nobody stored', async () => {
    expect(await cache.read(newEvent())).toBeUndefined();
  });

  it('gives back the very bytes', async () => {
    const event = newEvent();
    await keep(event);
    expect(await cache.read(event)).toEqual(BODY);
    expect(await cache.read(newEvent())).toBeUndefined();
  });

  it('has one version for all who ask before a change, and another after it', async () => {
    const event = newEvent();
    const before = await cache.version(event);
    expect(await cache.version(event)).toBe(before);
    await cache.drop([event]);
    expect(await cache.version(event)).not.toBe(before);
  });

  it('drops the events that it is told to, and no other', async () => {
    const [one, two, other] = [newEvent(), newEvent(), newEvent()];
    for (const event of [one, two, other]) await keep(event);
    await cache.drop([one, two]);
    expect(await Promise.all([one, two, other].map((event) => cache.read(event)))).toEqual([
      undefined,
      undefined,
      BODY,
    ]);
  });

  it('drops nothing, and many, as readily', async () => {
    await cache.drop([]);
    await cache.drop(Array.from({ length: 5_000 }, newEvent));
  });

  it.each([
    ['dropped', (event: EventId) => cache.drop([event])],
    ['cleared', () => cache.clear()],
  ])('does not take a body that was read before the event was %s', async (_what, change) => {
    const event = newEvent();
    const version = await cache.version(event);
    await change(event);
    await cache.store(event, version, BODY, LONG_MS);
    expect(await cache.read(event)).toBeUndefined();
    // Nor when somebody else has asked for the event since.
    await cache.version(event);
    await cache.store(event, version, BODY, LONG_MS);
    expect(await cache.read(event)).toBeUndefined();
  });

  it('takes a version for what it is, and not for one that nobody gave out', async () => {
    const event = newEvent();
    await cache.store(event, 'made up', BODY, LONG_MS);
    expect(await cache.read(event)).toBeUndefined();
  });

  it('forgets a body when its time is up', async () => {
    const event = newEvent();
    await keep(event, BODY, 40);
    await waitFor(async () => (await cache.read(event)) === undefined, {
      what: 'the body to go',
      timeoutMs: 2_000,
    });
  });

  it.each([0, -1, 0.4 - 1])('does not keep a body for %d ms', async (ttlMs) => {
    const event = newEvent();
    await keep(event, BODY, ttlMs);
    expect(await cache.read(event)).toBeUndefined();
  });

  it('keeps a body for part of a millisecond rather than failing', async () => {
    await keep(newEvent(), BODY, 0.4);
    await keep(newEvent(), BODY, 1.5);
  });

  it('replaces an older body of the same version', async () => {
    const event = newEvent();
    await keep(event);
    await keep(event, Buffer.from('newer'));
    expect((await cache.read(event))?.toString()).toBe('newer');
  });

  it('clears everything', async () => {
    const events = Array.from({ length: 2_500 }, newEvent);
    await Promise.all(events.map((event) => keep(event)));
    await cache.clear();
    expect((await Promise.all(events.map((event) => cache.read(event)))).filter(Boolean)).toEqual([]);
  });

  it('keeps one of two who store at once, when a change comes between', async () => {
    const event = newEvent();
    const early = await cache.version(event);
    await cache.drop([event]);
    const late = await cache.version(event);
    await Promise.all([
      cache.store(event, early, Buffer.from('old'), LONG_MS),
      cache.store(event, late, Buffer.from('new'), LONG_MS),
      pause(1),
    ]);
    expect((await cache.read(event))?.toString()).toBe('new');
  });
});

it('a cache in Redis clears its own keys alone', async () => {
  const own = await freshRedis();
  const redis = new Redis(own.url);
  await redis.set('axb[c]:body:x', 'a neighbour whose name a pattern would match');
  const cache = createRedisCache(redis, 'a*b[c]:');
  await cache.clear();
  expect(await redis.exists('axb[c]:body:x')).toBe(1);
  redis.disconnect();
  await own.drop();
});
