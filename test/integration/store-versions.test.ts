import { randomUUID } from 'node:crypto';
import { ASSEMBLY_LEASE_MS, type BodyCache } from '../../src/cache/cache';
import { createTolerantCache, type TolerantCache } from '../../src/cache/tolerant';
import type { EventId, StoreId } from '../../src/domain/values';
import { createLogger } from '../../src/observability/log';
import { CACHES, type CacheUnderTest } from '../harness/caches';
import { waitFor } from '../harness/wait-for';

const LONG_MS = 60_000;
const BODY = Buffer.from('body');
const newEvent = (): EventId => randomUUID() as EventId;
const newStore = (): StoreId => randomUUID() as StoreId;

describe.each(CACHES)('the version of a store, in a cache %s', (_name, open) => {
  let driver: CacheUnderTest;
  let cache: BodyCache;
  let bodies: TolerantCache;
  beforeAll(async () => {
    driver = await open(2 * LONG_MS);
    cache = driver.cache;
    bodies = createTolerantCache(cache, createLogger({ level: 'silent' }));
  });
  afterAll(() => driver.close());

  async function begin(event: EventId, store: StoreId) {
    const lease = await bodies.acquire(event, store);
    if (typeof lease === 'string') throw new Error(`The lease is ${lease}.`);
    return lease;
  }
  /** Keeps a body and gives the lease back, so that a change ends the body at once. */
  async function keep(event: EventId, store: StoreId, owner = store): Promise<void> {
    const lease = await begin(event, store);
    await bodies.store(event, lease, { bytes: BODY, owner }, LONG_MS);
    await bodies.release(event, lease);
  }
  const textOf = async (event: EventId): Promise<string | undefined> =>
    (await bodies.read(event)).bytes?.toString();

  it('ends the bodies of all events of the store that has changed, and of no other', async () => {
    const [store, other] = [newStore(), newStore()];
    const [one, two, spared] = [newEvent(), newEvent(), newEvent()];
    for (const event of [one, two]) await keep(event, store);
    await keep(spared, other);
    expect(await Promise.all([one, two, spared].map(textOf))).toEqual(['body', 'body', 'body']);
    await cache.storeVersions.drop([store, newStore()]);
    expect(await Promise.all([one, two, spared].map(textOf))).toEqual([undefined, undefined, 'body']);
    expect((await bodies.read(one)).kept).toEqual(BODY);
    await keep(one, store);
    expect(await Promise.all([one, two].map(textOf))).toEqual(['body', undefined]);
  });

  it('lets a body be served for the rest of its lease', async () => {
    const [event, store] = [newEvent(), newStore()];
    const lease = await begin(event, store);
    await bodies.store(event, lease, { bytes: BODY, owner: store }, LONG_MS);
    await cache.storeVersions.drop([store]);
    expect(await textOf(event)).toBe('body');
    await bodies.release(event, lease);
    expect(await textOf(event)).toBeUndefined();
  });

  it('does not take what was read before the store changed, though others have been read since', async () => {
    const [event, sister, store] = [newEvent(), newEvent(), newStore()];
    const early = await begin(event, store);
    await cache.storeVersions.drop([store]);
    await keep(sister, store);
    await bodies.store(event, early, { bytes: BODY, owner: store }, LONG_MS);
    await bodies.release(event, early);
    expect(await Promise.all([event, sister].map(textOf))).toEqual([undefined, 'body']);
  });

  it('puts nothing that is late in the place of a newer body', async () => {
    const [event, store] = [newEvent(), newStore()];
    const early = await begin(event, store);
    await cache.storeVersions.drop([store]);
    await waitFor(async () => (await bodies.read(event)).leaseId === undefined, {
      what: 'its lease to end',
      timeoutMs: 3 * ASSEMBLY_LEASE_MS,
    });
    const lease = await begin(event, store);
    await bodies.store(event, lease, { bytes: Buffer.from('newer'), owner: store }, LONG_MS);
    await bodies.store(event, early, { bytes: BODY, owner: store }, LONG_MS);
    expect(await textOf(event)).toBe('newer');
    await bodies.release(event, lease);
    expect(await textOf(event)).toBe('newer');
  });

  it('keeps what is late as long as nothing has changed', async () => {
    const [event, store] = [newEvent(), newStore()];
    const late = await begin(event, store);
    await waitFor(async () => (await bodies.read(event)).leaseId === undefined, {
      what: 'its lease to end',
      timeoutMs: 3 * ASSEMBLY_LEASE_MS,
    });
    await bodies.store(event, late, { bytes: BODY, owner: store }, LONG_MS);
    expect(await textOf(event)).toBe('body');
  });

  it('holds for no event that had come to another store by the time that it was read', async () => {
    const [event, former, store] = [newEvent(), newStore(), newStore()];
    await keep(event, former, store);
    expect(await textOf(event)).toBeUndefined();
    // Whichever of the two this process takes it to be of.
    await keep(event, store);
    expect(await textOf(event)).toBe('body');
    await cache.storeVersions.drop([former]);
    expect(await textOf(event)).toBe('body');
    await cache.storeVersions.drop([store]);
    expect(await textOf(event)).toBeUndefined();
  });

  it('is found by a process that has not read the event before', async () => {
    const [event, store] = [newEvent(), newStore()];
    await keep(event, store);
    const other = createTolerantCache(cache, createLogger({ level: 'silent' }));
    expect((await other.read(event)).bytes).toEqual(BODY);
    await cache.storeVersions.drop([store]);
    const third = createTolerantCache(cache, createLogger({ level: 'silent' }));
    expect((await third.read(event)).bytes).toBeUndefined();
  });

  it('is one for all who read, another after each change, and none of a store that is not read', async () => {
    const { storeVersions } = cache;
    const store = newStore();
    expect(await storeVersions.read(store)).toBeUndefined();
    const [one, two] = await Promise.all([storeVersions.take(store), storeVersions.take(store)]);
    expect([two, await storeVersions.read(store)]).toEqual([one, one]);
    await storeVersions.drop([store]);
    expect(await storeVersions.read(store)).toBeUndefined();
    // A body that is stored late brings it back no more.
    await storeVersions.extend(store, one, LONG_MS);
    expect(await storeVersions.read(store)).toBeUndefined();
    expect(await storeVersions.take(store)).not.toBe(one);
  });

  it('changes for many stores at once', async () => {
    const stores = Array.from({ length: 2_500 }, newStore);
    const [first, last] = [stores[0]!, stores[2_499]!];
    await Promise.all([first, last].map((store) => cache.storeVersions.take(store)));
    await cache.storeVersions.drop([]);
    expect(await cache.storeVersions.read(first)).toBeDefined();
    await cache.storeVersions.drop(stores);
    expect(await Promise.all([first, last].map((store) => cache.storeVersions.read(store)))).toEqual([
      undefined,
      undefined,
    ]);
  });
});
