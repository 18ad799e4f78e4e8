import { createInProcessCache } from '../../../src/cache/in-process';
import { createTolerantCache, type TolerantCache } from '../../../src/cache/tolerant';
import { createSettableClock } from '../../../src/runtime/clock';
import { createLogger } from '../../../src/observability/log';
import { createDashboardBody } from '../../../src/rest/dashboard-body';
import { type AssembledDashboard, createDashboardBodies } from '../../../src/rest/dashboard-bodies';
import type { EventId, Instant, StoreId } from '../../../src/domain/values';

const log = createLogger({ level: 'silent' });
const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const PARTS = { storeId: STORE, averagedStores: 0 };
const NOW = Date.parse('2025-10-22T10:30:00Z') as Instant;
const TTL_MS = 300_000;

/** The bodies over a real cache, their assembly in the hands of the test. */
function setUp(slow: Partial<TolerantCache> = {}) {
  const tolerant = createTolerantCache(createInProcessCache(), log);
  const kept: number[] = [];
  const landings: ((validUntil?: Instant) => void)[] = [];
  const cache: TolerantCache = {
    ...tolerant,
    async store(eventId, turn, body, ttlMs) {
      kept.push(ttlMs);
      await tolerant.store(eventId, turn, body, ttlMs);
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
        const number = landings.length;
        landings.push((validUntil = (NOW + 3_600_000) as Instant) =>
          resolve({
            body: createDashboardBody({ ...PARTS, json: `{"number":${number},"cacheStatus":"HIT"}` }),
            validUntil,
          }),
        );
      }),
  });
  const read = async (): Promise<unknown> =>
    JSON.parse((await bodies.take(await bodies.seek(EVENT), STORE)).bytes.toString());
  return { read, landings, kept };
}

/** Until everything that can go on without the test has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('finished answers', () => {
  it('are assembled once for all who ask meanwhile, and found by all who ask later', async () => {
    const { read, landings } = setUp();
    const readers = [read(), read(), read()];
    await settled();
    landings[0]?.();
    expect(await Promise.all(readers)).toEqual(Array(3).fill({ number: 0, cacheStatus: 'MISS' }));
    expect(await read()).toEqual({ number: 0, cacheStatus: 'HIT' });
    expect(landings).toHaveLength(1);
  });

  it('are not assembled again for a reader who looked before they were there and asks after', async () => {
    // Its look finds nothing, but takes until another reader's answer has been kept.
    const gate = { open: (): void => undefined };
    const late = new Promise<void>((resolve) => (gate.open = resolve));
    let looks = 0;
    const shared = createInProcessCache();
    const { read, landings } = setUp({
      async read(eventId) {
        const found = await shared.read(eventId);
        looks += 1;
        if (looks === 1) await late;
        return found;
      },
      begin: (eventId) => shared.begin(eventId),
      store: (eventId, turn, body, ttlMs) => shared.store(eventId, turn, body, ttlMs),
    });
    const slow = read();
    const quick = read();
    await settled();
    landings[0]?.();
    expect(await quick).toEqual({ number: 0, cacheStatus: 'MISS' });
    gate.open();
    expect(await slow).toEqual({ number: 0, cacheStatus: 'HIT' });
    expect(landings).toHaveLength(1);
  });

  it.each([
    ['for the configured time, while the clock changes nothing', 3_600_000, TTL_MS],
    ['no longer than the figures hold', 1_234, 1_234],
  ])('are kept %s', async (_what, validForMs, ttlMs) => {
    const { read, landings, kept } = setUp();
    const reader = read();
    await settled();
    landings[0]?.((NOW + validForMs) as Instant);
    await reader;
    expect(kept).toEqual([ttlMs]);
  });
});
