import { createInProcessCache } from '../../../src/cache/in-process';
import { createTolerantCache } from '../../../src/cache/tolerant';
import { createSettableClock } from '../../../src/runtime/clock';
import { createLogger } from '../../../src/observability/log';
import { createDashboardBody, decodeBody, encodeBody } from '../../../src/rest/dashboard-body';
import type { DashboardAnswer } from '../../../src/rest/dashboard-answer';
import type { AssembledDashboard } from '../../../src/rest/assemble-dashboard';
import { createDashboardBodies } from '../../../src/rest/dashboard-bodies';
import type { EventId, Instant, StoreId } from '../../../src/domain/values';

const log = createLogger({ level: 'silent' });
const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const PARTS = { storeId: STORE, averagedStores: 0 };
const NOW = Date.parse('2025-10-22T10:30:00Z') as Instant;

/** The bodies over a real cache, the end of each assembly in the hands of the test. */
function setUp() {
  const cache = createInProcessCache();
  const clock = createSettableClock(NOW);
  const assemblies: { finish(): void; fail(): void }[] = [];
  const bodies = createDashboardBodies({
    cache: createTolerantCache(cache, log),
    clock,
    ttlMs: 300_000,
    staleMs: 0,
    log,
    assemble: () =>
      new Promise<AssembledDashboard>((resolve, reject) => {
        const json = `{"number":${assemblies.length},"cacheStatus":"HIT"}`;
        const validUntil = (NOW + 1_800_000) as Instant;
        assemblies.push({
          finish: () => resolve({ body: createDashboardBody({ ...PARTS, json }), validUntil }),
          fail: () => reject(new Error('no database')),
        });
      }),
  });
  const finish = (index: number): void => assemblies[index]?.finish();
  const fail = (index: number): void => assemblies[index]?.fail();
  return {
    cache,
    clock,
    assemblies,
    finish,
    fail,
    read: async () => bodies.answer(await bodies.lookUp(EVENT), STORE),
  };
}

const shown = async (answer: Promise<DashboardAnswer>): Promise<unknown> =>
  JSON.parse((await answer).bytes.toString());

/** Until everything that can go on without the test has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('an answer’s age', () => {
  it('is counted in whole seconds from before its facts were read', async () => {
    const { clock, read, finish } = setUp();
    const first = read();
    await settled();
    clock.advance(1_500);
    finish(0);
    expect((await first).ageSeconds).toBe(1);
    clock.advance(600);
    expect((await read()).ageSeconds).toBe(2);
  });

  it('is never negative, though the clock that stamped it was ahead', async () => {
    const { clock, read, finish } = setUp();
    const first = read();
    await settled();
    finish(0);
    await first;
    clock.advance(-5_000);
    expect((await read()).ageSeconds).toBe(0);
  });
});

describe('an event that changes while it is read', () => {
  it('is shown as it was before the change for the rest of the second, at no cost', async () => {
    const { cache, assemblies, read, finish } = setUp();
    const first = read();
    await settled();
    finish(0);
    expect(await shown(first)).toEqual({ number: 0, cacheStatus: 'MISS' });
    for (let change = 0; change < 10; change++) {
      await cache.drop([EVENT]);
      expect(await shown(read())).toEqual({ number: 0, cacheStatus: 'HIT' });
    }
    expect(assemblies).toHaveLength(1);
  });

  it('is not assembled a second time while its lease runs: later readers join', async () => {
    const { cache, assemblies, read, finish } = setUp();
    const before = read();
    await settled();
    await cache.drop([EVENT]);
    const after = read();
    await settled();
    expect(assemblies).toHaveLength(1);
    finish(0);
    expect(await Promise.all([shown(before), shown(after)])).toEqual(
      Array(2).fill({ number: 0, cacheStatus: 'MISS' }),
    );
  });

  it('is assembled anew beside the assembly under way when the change must be seen at once', async () => {
    const { cache, assemblies, read, finish } = setUp();
    const before = read();
    await settled();
    await cache.forget([EVENT]);
    const after = read();
    await settled();
    expect(assemblies).toHaveLength(2);
    finish(1);
    expect(await shown(after)).toEqual({ number: 1, cacheStatus: 'MISS' });
    finish(0);
    expect(await shown(before)).toEqual({ number: 0, cacheStatus: 'MISS' });
    expect(await shown(read())).toEqual({ number: 1, cacheStatus: 'HIT' });
  });
});

it('a failed assembly fails only for those who wait for it, and the next reader need not wait', async () => {
  const { assemblies, read, fail, finish } = setUp();
  const together = [read(), read()];
  await settled();
  fail(0);
  expect((await Promise.allSettled(together)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const next = read();
  await settled();
  expect(assemblies).toHaveLength(2);
  finish(1);
  expect(await shown(next)).toEqual({ number: 1, cacheStatus: 'MISS' });
});

it('a body comes out of its bytes as it went in', () => {
  const body = createDashboardBody({ ...PARTS, json: '{"title":"신규","cacheStatus":"HIT"}' });
  expect(decodeBody(encodeBody({ body, assembledAt: NOW }))).toEqual({ body, assembledAt: NOW });
});
