import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, eventNotFound } from '../../../src/errors';
import { createInProcessCache } from '../../../src/cache/in-process';
import { createTolerantCache } from '../../../src/cache/tolerant';
import { createSettableClock } from '../../../src/runtime/clock';
import { DatabaseUnavailable } from '../../../src/database/unavailable';
import { createLogger } from '../../../src/observability/log';
import { createDashboardBody } from '../../../src/rest/dashboard-body';
import type { AssembledDashboard } from '../../../src/rest/assemble-dashboard';
import { createDashboardBodies } from '../../../src/rest/dashboard-bodies';
import { ViewsUnknown } from '../../../src/rest/fallback';
import type { EventId, Instant, StoreId } from '../../../src/domain/values';

const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const PARTS = { storeId: STORE, averagedStores: 0 };
const NOW = Date.parse('2025-10-22T10:30:00Z') as Instant;
const DAY_MS = 86_400_000;

/** The bodies over a real cache, the end of each assembly in the hands of the test. */
function setUp(staleMs = DAY_MS) {
  const cache = createInProcessCache(staleMs);
  const clock = createSettableClock(NOW);
  const lines: string[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  const assemblies: { finish(): void; fail(error: Error): void }[] = [];
  const bodies = createDashboardBodies({
    cache: createTolerantCache(cache, log),
    clock,
    ttlMs: 300_000,
    staleMs,
    log,
    assemble: () =>
      new Promise<AssembledDashboard>((resolve, reject) => {
        const json = `{"number":${assemblies.length},"cacheStatus":"HIT"}`;
        const validUntil = (clock.now() + 1_800_000) as Instant;
        assemblies.push({
          finish: () => resolve({ body: createDashboardBody({ ...PARTS, json }), validUntil }),
          fail: reject,
        });
      }),
  });

  async function read() {
    const { bytes, ageSeconds, staleReason } = await bodies.answer(await bodies.lookUp(EVENT), STORE);
    return { ...(JSON.parse(bytes.toString()) as object), ageSeconds, staleReason };
  }
  /** Reads, and has the assembly end as it is told to. */
  async function readWhile(end: (assembly: (typeof assemblies)[number]) => void) {
    const reading = read();
    reading.catch(() => undefined);
    await settled();
    const last = assemblies.at(-1);
    if (last === undefined) throw new Error('Nothing is being assembled.');
    end(last);
    return reading;
  }
  /** As a change does, and without anybody's being served what was made before, not even for a second. */
  const change = (): Promise<void> => cache.forget([EVENT]);
  return { cache, clock, lines, assemblies, read, readWhile, change };
}

type SetUp = ReturnType<typeof setUp>;
type Assembly = SetUp['assemblies'][number];

/** Until everything that can go on without the test has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const away = (): Error =>
  new AppError('INTERNAL_SERVER_ERROR', { cause: new DatabaseUnavailable(undefined) });
const isAway = (assembly: Assembly): void => assembly.fail(away());
const isBack = (assembly: Assembly): void => assembly.finish();

async function known(options?: number): Promise<SetUp> {
  const all = setUp(options);
  await all.readWhile(isBack);
  await all.change();
  return all;
}

describe('the last known answer', () => {
  it('is given to all who wait while the database is away, with its age and why, and to none after', async () => {
    const { clock, lines, assemblies, read, readWhile } = await known();
    clock.advance(3_600_000);
    const readers = [read(), read(), read()];
    await settled();
    assemblies.at(-1)?.fail(away());
    const stale = {
      number: 0,
      cacheStatus: 'HIT',
      ageSeconds: 3_600,
      staleReason: 'DATABASE_UNAVAILABLE',
    };
    expect(await Promise.all(readers)).toEqual(Array(3).fill(stale));
    expect(assemblies).toHaveLength(2);

    expect(await readWhile(isAway)).toEqual(stale);
    expect(await readWhile(isBack)).toEqual({ number: 3, cacheStatus: 'MISS', ageSeconds: 0 });
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'no answers can be made without the database; those from before are given',
      'answers are made again',
    ]);
  });

  it('is given for no other failure', async () => {
    const { readWhile } = await known();
    const failure = new Error('a mistake of ours');
    await expect(readWhile((assembly) => assembly.fail(failure))).rejects.toBe(failure);
  });

  it.each([
    ['the event is not there', eventNotFound()],
    ['its views are not known', new ViewsUnknown(['Instagram'])],
  ])('is none once it was answered that %s', async (_what, failure) => {
    const { readWhile } = await known();
    await expect(readWhile((assembly) => assembly.fail(failure))).rejects.toBe(failure);
    await expect(readWhile(isAway)).rejects.toThrow(AppError);
  });

  it.each([
    ['as old as it may become', DAY_MS, DAY_MS],
    ['wanted by no reader', 0, 0],
  ])('is none when it is %s', async (_what, staleMs, age) => {
    const { clock, readWhile } = await known(staleMs);
    clock.advance(age);
    await expect(readWhile(isAway)).rejects.toThrow(AppError);
  });

  it('is none when the event has moved to another store, be it while the answer was made', async () => {
    const { cache, assemblies, read, readWhile } = await known();
    const early = read();
    await settled();
    await cache.remove([EVENT]);
    assemblies.at(-1)?.finish();
    expect(await early).toMatchObject({ number: 1 });
    await expect(readWhile(isAway)).rejects.toThrow(AppError);
  });

  it('is given within three seconds where the database hangs, and what comes of it after all is kept', async () => {
    const { assemblies, read } = await known();
    const begun = performance.now();
    expect(await read()).toMatchObject({ number: 0, staleReason: 'DATABASE_UNAVAILABLE' });
    expect(performance.now() - begun).toBeLessThan(3_000);
    assemblies.at(-1)?.finish();
    await settled();
    expect(await read()).toMatchObject({ number: 1, cacheStatus: 'HIT' });

    // No reader waits any more for one that fails.
    const { change, ...other } = await known();
    await other.read();
    other.assemblies.at(-1)?.fail(away());
    await change();
    await sleep(10);
  });
});

it('without anything that is known, a database that hangs is told as a failure within three seconds', async () => {
  const { read } = setUp();
  const begun = performance.now();
  await expect(read()).rejects.toMatchObject({ status: 500 });
  expect(performance.now() - begun).toBeLessThan(3_000);
});
