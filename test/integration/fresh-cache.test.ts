import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { ASSEMBLY_LEASE_MS } from '../../src/cache/cache';
import { createRedisCache } from '../../src/cache/redis';
import { oneServer } from '../../src/cache/redis-servers';
import { createTolerantCache } from '../../src/cache/tolerant';
import { systemClock } from '../../src/runtime/clock';
import { createLogger } from '../../src/observability/log';
import { createDashboardBody } from '../../src/rest/dashboard-body';
import { createDashboardBodies, type DashboardBodies } from '../../src/rest/dashboard-bodies';
import type { EventId, Instant, StoreId } from '../../src/domain/values';
import { freshRedis, type Own } from '../harness/isolation';
import { createRedis } from '../harness/servers/redis';
import { waitFor } from '../harness/wait-for';

const log = createLogger({ level: 'silent' });
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const PARTS = { storeId: STORE, averagedStores: 0 };
const ASSEMBLY_MS = 15;
const TTL_MS = 300_000;

/** The event's count as it stands in the database, and what was made of it. */
class Story {
  readonly event = randomUUID() as EventId;
  count = 0;
  assemblies = 0;
  failure: Error | undefined;
  /** The reader's data is as old as the beginning of its assembly. */
  readonly assemble = async () => {
    const { count, failure } = this;
    this.assemblies += 1;
    await pause(ASSEMBLY_MS);
    if (failure !== undefined) throw failure;
    return {
      body: createDashboardBody({ ...PARTS, json: JSON.stringify({ count, cacheStatus: 'HIT' }) }),
      validUntil: (Date.now() + 3_600_000) as Instant,
    };
  };
}

interface Seen {
  readonly count: number;
  readonly cacheStatus: 'HIT' | 'MISS';
}

function connect(url: string): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    commandTimeout: 500,
    enableAutoPipelining: true,
    retryStrategy: () => 50,
  });
  redis.on('error', () => undefined);
  return redis;
}

/** A gateway: its own connection, and the bodies over it. */
async function gateway(url: string, story: Story, ttlMs = TTL_MS) {
  const redis = connect(url);
  await redis.connect();
  const cache = createRedisCache({ servers: oneServer(redis, () => 'test:'), keptMs: 0 });
  const bodies = createDashboardBodies({
    cache: createTolerantCache(cache, log),
    clock: systemClock,
    ttlMs,
    staleMs: 0,
    log,
    assemble: story.assemble,
  });
  return { redis, cache, bodies, read: () => read(bodies, story.event) };
}

async function read(bodies: DashboardBodies, event: EventId): Promise<Seen> {
  return JSON.parse((await bodies.answer(await bodies.lookUp(event), STORE)).bytes.toString()) as Seen;
}

describe('two gateways over one Redis', () => {
  let own: Own;
  let story: Story;
  let gateways: Awaited<ReturnType<typeof gateway>>[];
  beforeEach(async () => {
    own = await freshRedis();
    story = new Story();
    gateways = await Promise.all([gateway(own.url, story), gateway(own.url, story)]);
  });
  afterEach(async () => {
    for (const { redis } of gateways) redis.disconnect();
    await own.drop();
  });
  const numbered = (index: number): (typeof gateways)[number] => {
    const found = gateways[index];
    if (found === undefined) throw new Error('There is no such gateway.');
    return found;
  };
  const one = () => numbered(0);
  const other = () => numbered(1);

  async function change(): Promise<void> {
    story.count += 1;
    await one().cache.drop([story.event]);
  }

  /** Commits a change every 5 ms, and remembers when each had been announced. */
  async function changeFor(milliseconds: number): Promise<Map<number, number>> {
    const announced = new Map<number, number>();
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      await change();
      announced.set(story.count, performance.now());
      await pause(5);
    }
    return announced;
  }

  /** Asks again and again until told to stop; each answer with the moment it was asked for. */
  function readSteadily({ read: ask }: (typeof gateways)[number]) {
    const seen: (Seen & { readonly askedAt: number })[] = [];
    const over = new AbortController();
    const done = (async () => {
      while (!over.signal.aborted) {
        const askedAt = performance.now();
        seen.push({ ...(await ask()), askedAt });
        await pause(3);
      }
    })();
    return { seen, stop: () => (over.abort(), done) };
  }

  it('assemble once a second while an event changes all the time, and show no change more than a second late', async () => {
    const readers = gateways.flatMap((each) => [readSteadily(each), readSteadily(each)]);
    const announced = await changeFor(3 * ASSEMBLY_LEASE_MS);
    const { assemblies } = story;
    const last = story.count;
    await waitFor(() => readers.every(({ seen }) => seen.at(-1)?.count === last), {
      what: 'everybody to see the last change',
      timeoutMs: ASSEMBLY_LEASE_MS + 1_000,
      everyMs: 3,
    });
    await Promise.all(readers.map(({ stop }) => stop()));

    expect(assemblies).toBeGreaterThanOrEqual(3);
    expect(assemblies).toBeLessThanOrEqual(3 + 1);
    const seen = readers.flatMap((reader) => reader.seen);
    expect(seen.filter(({ cacheStatus }) => cacheStatus === 'HIT').length).toBeGreaterThan(seen.length / 2);
    // A change that had been announced a second before the question is in the answer.
    const owed = (askedAt: number): number =>
      Math.max(
        0,
        ...[...announced].filter(([, at]) => at <= askedAt - ASSEMBLY_LEASE_MS).map(([count]) => count),
      );
    expect(seen.filter(({ count, askedAt }) => count < owed(askedAt))).toEqual([]);
    for (const reader of readers) {
      const counts = reader.seen.map(({ count }) => count);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
    }
  });

  it('assemble once for all who ask for what is not there yet', async () => {
    const answers = await Promise.all(gateways.flatMap((each) => Array.from({ length: 20 }, each.read)));
    expect(story.assemblies).toBe(1);
    expect(answers.filter(({ cacheStatus }) => cacheStatus === 'MISS')).toHaveLength(20);
  });

  it('serve the same answer as long as nothing changes', async () => {
    await one().read();
    await pause(1.1 * ASSEMBLY_LEASE_MS);
    expect(await Promise.all([one().read(), other().read()])).toEqual(
      Array(2).fill({ count: 0, cacheStatus: 'HIT' }),
    );
    expect(story.assemblies).toBe(1);
  });

  it('make what is to be seen at once only once, for both of them', async () => {
    await one().read();
    story.count += 1;
    await one().cache.forget([story.event]);
    const answers = await Promise.all(gateways.flatMap((each) => Array.from({ length: 5 }, each.read)));
    expect(answers.map(({ count }) => count)).toEqual(Array(10).fill(1));
    expect(story.assemblies).toBe(2);
  });

  it('leave nothing in Redis of an event that is not read', async () => {
    await changeFor(100);
    expect(await one().redis.dbsize()).toBe(0);
  });

  it('wait no longer than a second for a gateway that died while it assembled', async () => {
    await one().cache.acquire(story.event);
    expect(await other().read()).toEqual({ count: 0, cacheStatus: 'MISS' });
    expect(story.assemblies).toBe(1);
    expect(await one().read()).toEqual({ count: 0, cacheStatus: 'HIT' });
  });

  it('keep no failure, and are kept from nothing by it', async () => {
    story.failure = new Error('no database');
    await expect(one().read()).rejects.toThrow('no database');
    await expect(other().read()).rejects.toThrow('no database');
    expect(story.assemblies).toBe(2);
    expect(await one().redis.exists(`test:lease:${story.event}`, `test:answer:${story.event}`)).toBe(0);
    story.failure = undefined;
    expect(await other().read()).toEqual({ count: 0, cacheStatus: 'MISS' });
  });

  it('make no reader wait for answers that must not be kept', async () => {
    const brief = await gateway(own.url, story, 0);
    for (let round = 0; round < 3; round++) expect((await brief.read()).cacheStatus).toBe('MISS');
    expect(await brief.redis.exists(`test:lease:${story.event}`)).toBe(0);
    brief.redis.disconnect();
  });
});

it('with Redis away every read assembles, once for all who ask at the same time, and with Redis back it is used again', async () => {
  const server = await createRedis();
  await server.start();
  const story = new Story();
  const { read: ask, redis } = await gateway(server.url, story);
  await ask();
  await server.stop();
  for (let round = 1; round <= 3; round++) {
    story.count = round;
    expect(await ask()).toEqual({ count: round, cacheStatus: 'MISS' });
  }
  const before = story.assemblies;
  await Promise.all(Array.from({ length: 20 }, ask));
  expect(story.assemblies).toBe(before + 1);

  await server.start();
  await waitFor(async () => (await ask()).cacheStatus === 'HIT', {
    what: 'answers to be kept again',
    timeoutMs: 10_000,
  });
  redis.disconnect();
  await server.remove();
});
