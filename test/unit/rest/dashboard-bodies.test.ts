import { createInProcessCache } from '../../../src/cache/in-process';
import { createTolerantCache, type TolerantCache } from '../../../src/cache/tolerant';
import { createSettableClock } from '../../../src/runtime/clock';
import { createLogger } from '../../../src/observability/log';
import { createDashboardBody } from '../../../src/rest/dashboard-body';
import type { AssembledDashboard } from '../../../src/rest/assemble-dashboard';
import { createDashboardBodies } from '../../../src/rest/dashboard-bodies';
import type { EventId, Instant, StoreId } from '../../../src/domain/values';

const log = createLogger({ level: 'silent' });
const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const PARTS = { storeId: STORE, averagedStores: 0 };
const NOW = Date.parse('2025-10-22T10:30:00Z') as Instant;
const TTL_MS = 300_000;

/** The bodies over a real cache; the test ends each assembly. */
function setUp(slow: Partial<TolerantCache> = {}) {
  const tolerant = createTolerantCache(createInProcessCache(), log);
  const kept: number[] = [];
  const assemblies: ((validUntil?: Instant) => void)[] = [];
  const cache: TolerantCache = {
    ...tolerant,
    async store(eventId, lease, body, ttlMs) {
      kept.push(ttlMs);
      await tolerant.store(eventId, lease, body, ttlMs);
    },
    ...slow,
  };
  const bodies = createDashboardBodies({
    cache,
    clock: createSettableClock(NOW),
    ttlMs: TTL_MS,
    staleMs: 0,
    log,
    assemble: () =>
      new Promise<AssembledDashboard>((resolve) => {
        const number = assemblies.length;
        assemblies.push((validUntil = (NOW + 3_600_000) as Instant) =>
          resolve({
            body: createDashboardBody({ ...PARTS, json: `{"number":${number},"cacheStatus":"HIT"}` }),
            validUntil,
          }),
        );
      }),
  });
  const read = async (): Promise<unknown> =>
    JSON.parse((await bodies.answer(await bodies.lookUp(EVENT), STORE)).bytes.toString());
  return { read, assemblies, kept };
}

/** Until everything that can go on without the test has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('finished answers', () => {
  it('are assembled once for all who ask at the same time, and found by all who ask later', async () => {
    const { read, assemblies } = setUp();
    const readers = [read(), read(), read()];
    await settled();
    assemblies[0]?.();
    expect(await Promise.all(readers)).toEqual(Array(3).fill({ number: 0, cacheStatus: 'MISS' }));
    expect(await read()).toEqual({ number: 0, cacheStatus: 'HIT' });
    expect(assemblies).toHaveLength(1);
  });

  it('are not assembled again for a reader who looked before they were there and asks after', async () => {
    // Its look finds nothing, but takes until another reader's answer has been kept.
    const gate = { open: (): void => undefined };
    const late = new Promise<void>((resolve) => (gate.open = resolve));
    let looks = 0;
    const shared = createTolerantCache(createInProcessCache(), log);
    const { read, assemblies } = setUp({
      async read(eventId) {
        const found = await shared.read(eventId);
        looks += 1;
        if (looks === 1) await late;
        return found;
      },
      acquire: (eventId, store) => shared.acquire(eventId, store),
      store: (eventId, lease, body, ttlMs) => shared.store(eventId, lease, body, ttlMs),
    });
    const slow = read();
    const quick = read();
    await settled();
    assemblies[0]?.();
    expect(await quick).toEqual({ number: 0, cacheStatus: 'MISS' });
    gate.open();
    expect(await slow).toEqual({ number: 0, cacheStatus: 'HIT' });
    expect(assemblies).toHaveLength(1);
  });

  it.each([
    ['for the configured time, while the clock changes nothing', 3_600_000, TTL_MS],
    ['no longer than the values hold', 1_234, 1_234],
  ])('are kept %s', async (_what, validForMs, ttlMs) => {
    const { read, assemblies, kept } = setUp();
    const reader = read();
    await settled();
    assemblies[0]?.((NOW + validForMs) as Instant);
    await reader;
    expect(kept).toEqual([ttlMs]);
  });
});
