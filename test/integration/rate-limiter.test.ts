import { setTimeout as pause } from 'node:timers/promises';
import Redis from 'ioredis';
import { createLogger } from '../../src/observability/log';
import type { RateLimiter } from '../../src/auth/rate';
import { createRateLimiter, prepareCounting } from '../../src/auth/rate-limiter';
import { createRedis } from '../harness/servers/redis';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';

const log = createLogger({ level: 'silent' });

describe('a rate that processes count together', () => {
  let server: Server;
  const clients: Redis[] = [];
  beforeAll(async () => {
    server = await createRedis();
    await server.start();
  });
  beforeEach(() => connect().flushall());
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await server.remove();
  });

  function connect(): Redis {
    const client = new Redis(server.url);
    clients.push(client);
    return client;
  }
  /** The limiter of one more process. */
  const open = (points: number, windowSeconds = 3_600): RateLimiter =>
    createRateLimiter({ name: 'token', points, windowSeconds, counters: on(connect()), log });
  const on = (redis: Redis) => ({ serverFor: () => redis, partOf: () => 'all', isOnItsWay: () => false });
  /** By turns, until all are refused. @returns how often they were not */
  async function countAllowed(limiters: readonly RateLimiter[]): Promise<number> {
    for (let count = 0; ;) {
      const states = [];
      for (const limiter of limiters) states.push(await limiter.take('somebody', 1));
      const allowed = states.filter(({ isAllowed }) => isAllowed).length;
      if (allowed === 0) return count;
      count += allowed;
    }
  }
  async function countAsked(): Promise<number> {
    const stats = await connect().info('commandstats');
    const calls = [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)];
    return calls.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  it('is counted over a connection that has other questions under way, each of which has its own answer', async () => {
    const redis = new Redis(server.url, { enableAutoPipelining: true });
    clients.push(redis);
    prepareCounting(redis);
    await redis.mset('a', '1', 'b', '2', 'c', '3');
    const limiter = createRateLimiter({
      name: 'token',
      points: 5,
      windowSeconds: 60,
      counters: on(redis),
      log,
    });
    const isAllowed = async (): Promise<boolean> => (await limiter.take('somebody', 1)).isAllowed;
    const answers = [redis.get('a'), isAllowed(), redis.get('b'), redis.get('c')];
    expect(await Promise.all(answers)).toEqual(['1', true, '2', '3']);
  });

  it('is told to the last one by each process, and asked for seldom as long as much is left', async () => {
    await connect().config('RESETSTAT');
    const limiter = open(1_600);
    for (let left = 1_599; left >= 1_500; left -= 1) {
      const { isAllowed, remaining, resetMs } = await limiter.take('somebody', 1);
      expect([isAllowed, remaining]).toEqual([true, left]);
      expect(resetMs).toBeGreaterThan(3_500_000);
      expect(resetMs).toBeLessThanOrEqual(3_600_000);
    }
    expect(await countAsked()).toBeLessThan(5);
  });

  it('lets pass what it says, of one process to the last', async () => {
    expect(await countAllowed([open(160)])).toBe(160);
  });

  it('lets pass a sixteenth more for each process more, at most', async () => {
    const allowed = await countAllowed([open(160), open(160), open(160)]);
    expect(allowed).toBeGreaterThanOrEqual(160);
    expect(allowed).toBeLessThanOrEqual(180);
  });

  it('lets pass what it says where that is little, however many processes count', async () => {
    expect(await countAllowed([open(15), open(15), open(15)])).toBe(15);
  });

  it('takes much at once from what is left for all', async () => {
    const [one, other] = [open(160), open(160)];
    for (let count = 0; count < 5; count += 1) await one.take('somebody', 1);
    expect(await one.take('somebody', 100)).toMatchObject({ isAllowed: true, remaining: 55 });
    expect(await other.take('somebody', 56)).toMatchObject({ isAllowed: false, remaining: 0 });
    expect(await other.take('somebody else', 56)).toMatchObject({ isAllowed: true, remaining: 104 });
  });

  it('counts what comes at the same time', async () => {
    const limiter = open(160);
    const states = await Promise.all(Array.from({ length: 400 }, () => limiter.take('somebody', 1)));
    expect(states.filter(({ isAllowed }) => isAllowed)).toHaveLength(160);
  });

  it('lets pass a sixteenth more at most where many come while Redis is being told', async () => {
    const limiter = open(160);
    await limiter.take('somebody', 1);
    const states = await Promise.all(Array.from({ length: 400 }, () => limiter.take('somebody', 1)));
    const allowed = states.filter(({ isAllowed }) => isAllowed).length;
    expect(allowed).toBeGreaterThanOrEqual(159);
    expect(allowed).toBeLessThanOrEqual(169);
  });

  it('counts nothing of a window that has ended in the next one', async () => {
    const limiter = open(160, 1);
    let { resetMs } = await limiter.take('somebody', 1);
    for (let count = 0; count < 9; count += 1) ({ resetMs } = await limiter.take('somebody', 1));
    await pause(resetMs + 10);
    expect(await countAllowed([limiter])).toBeGreaterThanOrEqual(160);
  });

  it.each([
    ['much was left', 1],
    ['nothing was left', 160],
  ])('begins anew with each window, whether %s', async (_what, points) => {
    const limiter = open(160, 1);
    await limiter.take('somebody', points);
    const isRefused = !(await limiter.take('somebody', 1)).isAllowed;
    expect(isRefused).toBe(points === 160);
    const state = await waitFor(
      async () => {
        const taken = await limiter.take('somebody', 1);
        return taken.remaining === 159 && taken;
      },
      { what: 'the window to end', timeoutMs: 5_000, everyMs: 100 },
    );
    expect(state.isAllowed).toBe(true);
    expect(state.resetMs).toBeLessThanOrEqual(1_000);
  });
});
