import type { Viewer } from '../../../src/auth/viewer';
import { AppError } from '../../../src/errors';
import { createInProcessCache } from '../../../src/cache/in-process';
import { createTolerantCache } from '../../../src/cache/tolerant';
import { createSettableClock } from '../../../src/runtime/clock';
import { createLogger } from '../../../src/observability/log';
import type { AssembleDashboard } from '../../../src/rest/assemble-dashboard';
import { createDashboardAnswers } from '../../../src/rest/dashboard-answers';
import { createDashboardBodies } from '../../../src/rest/dashboard-bodies';
import { createDashboardBody } from '../../../src/rest/dashboard-body';
import type { EventId, Instant, StoreId } from '../../../src/domain/values';

const log = createLogger({ level: 'silent' });
const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const NOW = Date.parse('2025-10-22T10:30:00Z') as Instant;
/** Over so many stores the averages of the answer are that is kept for all. */
const AVERAGED_STORES = 7;

const viewer = (stores: number, isAdmin = false): Viewer => ({
  subject: 'somebody',
  storeIds: new Set(Array.from({ length: stores }, (_, n) => (n === 0 ? STORE : (`store ${n}` as StoreId)))),
  isAdmin,
  expiresAt: Infinity as Instant,
});

/** The answers over a real cache; each says for whose eyes it was assembled, and the database can be taken away. */
function setUp() {
  const cache = createInProcessCache(86_400_000);
  const clock = createSettableClock(NOW);
  const assembled: string[] = [];
  let isAway = false;
  const assemble: AssembleDashboard = (_eventId, behalf) => {
    if (isAway) return Promise.reject(new AppError('DATABASE_UNAVAILABLE'));
    const eyes = 'viewer' in behalf ? `a reader of ${behalf.viewer.storeIds.size}` : 'all';
    assembled.push(eyes);
    const json = JSON.stringify({ eyes, cacheStatus: 'HIT' });
    const body = createDashboardBody({ storeId: STORE, averagedStores: AVERAGED_STORES, json });
    return Promise.resolve({ body, validUntil: (NOW + 1_800_000) as Instant });
  };
  const options = { clock, ttlMs: 300_000, staleMs: 86_400_000, assemble, log };
  const answers = createDashboardAnswers({
    bodies: createDashboardBodies({ ...options, cache: createTolerantCache(cache, log) }),
    owners: { ownerFor: () => Promise.resolve(STORE) },
    assemble,
    clock,
  });
  const read = async (reader: Viewer) => {
    const { bytes, staleReason } = await answers.read(EVENT, reader);
    return { ...(JSON.parse(bytes.toString()) as object), ...(staleReason && { staleReason }) };
  };
  return { read, assembled, cache, takeDatabase: () => void (isAway = true) };
}

describe('an answer with averages over seven stores', () => {
  it.each([
    ['a reader of the one store', viewer(1)],
    ['a reader of as many as leave five unknown', viewer(3)],
    ['who reads all stores', viewer(10, true)],
  ])('is the one that is kept for all to %s', async (_who, reader) => {
    const { read, assembled } = setUp();
    expect(await read(reader)).toEqual({ eyes: 'all', cacheStatus: 'MISS' });
    expect(await read(reader)).toEqual({ eyes: 'all', cacheStatus: 'HIT' });
    expect(assembled).toEqual(['all']);
  });

  it('is made for the eyes of a reader of more each time, and once for those who ask together', async () => {
    const { read, assembled } = setUp();
    const own = { eyes: 'a reader of 4', cacheStatus: 'MISS' };
    expect(await read(viewer(4))).toEqual(own);
    expect(await read(viewer(4))).toEqual(own);
    expect(assembled).toEqual(['all', own.eyes, own.eyes]);
    const together = await Promise.all([read(viewer(4)), read(viewer(4)), read(viewer(5)), read(viewer(1))]);
    expect(together).toMatchObject([
      own,
      own,
      { eyes: 'a reader of 5' },
      { eyes: 'all', cacheStatus: 'HIT' },
    ]);
    expect(assembled.slice(3).sort()).toEqual([own.eyes, 'a reader of 5']);
  });

  it('is none to a reader of more while the database is away, though it is known', async () => {
    const { read, cache, takeDatabase } = setUp();
    await read(viewer(1));
    takeDatabase();
    await expect(read(viewer(4))).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await cache.forget([EVENT]);
    await expect(read(viewer(4))).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    const stale = { eyes: 'all', cacheStatus: 'HIT', staleReason: 'DATABASE_UNAVAILABLE' };
    expect(await read(viewer(3))).toEqual(stale);
    expect(await read(viewer(10, true))).toEqual(stale);
  });
});
