import type { BodyCache } from '../../../src/cache/cache';
import { createInProcessCache } from '../../../src/cache/in-process';
import { createTolerantCache } from '../../../src/cache/tolerant';
import type { EventId, StoreId } from '../../../src/domain/values';
import { createLogger } from '../../../src/observability/log';

const log = createLogger({ level: 'silent' });
const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const MADE = { bytes: Buffer.from('body'), owner: STORE };

/** A real cache, in two parts: of the events, and of the stores. Either can be taken away. */
function setUp() {
  const driver = createInProcessCache();
  const away = { events: false, stores: false };
  const asked = { events: 0, stores: 0 };
  function ask<T>(part: 'events' | 'stores', question: () => Promise<T>): Promise<T> {
    asked[part] += 1;
    return away[part] ? Promise.reject(new Error('This part is away.')) : question();
  }
  const { storeVersions } = driver;
  const cache: BodyCache = {
    ...driver,
    partOf: (id) => (id === STORE ? 'stores' : 'events'),
    read: (event) => ask('events', () => driver.read(event)),
    acquire: (event) => ask('events', () => driver.acquire(event)),
    store: (event, ...rest) => ask('events', () => driver.store(event, ...rest)),
    storeVersions: {
      ...storeVersions,
      read: (store) => ask('stores', () => storeVersions.read(store)),
      take: (store) => ask('stores', () => storeVersions.take(store)),
      extend: (store, ...rest) => ask('stores', () => storeVersions.extend(store, ...rest)),
    },
  };
  return { away, asked, bodies: createTolerantCache(cache, log) };
}

describe('a cache one part of which is away', () => {
  it('gives bodies for no longer than their lease, while that of the stores is', async () => {
    const { away, bodies } = setUp();
    away.stores = true;
    const lease = await bodies.acquire(EVENT, STORE);
    if (typeof lease === 'string') throw new Error(`The lease is ${lease}.`);
    await bodies.store(EVENT, lease, MADE, 60_000);
    // Made once in a second for all, as ever.
    expect((await bodies.read(EVENT)).bytes).toEqual(MADE.bytes);
    expect(await bodies.acquire(EVENT, STORE)).toBe('taken');
    await bodies.release(EVENT, lease);
    const entry = await bodies.read(EVENT);
    expect([entry.bytes, entry.kept, entry.owner]).toEqual([undefined, MADE.bytes, STORE]);
  });

  it('is not asked of stores for a while, and asked of events all the same', async () => {
    const { away, asked, bodies } = setUp();
    const lease = await bodies.acquire(EVENT, STORE);
    if (typeof lease === 'string') throw new Error(`The lease is ${lease}.`);
    await bodies.store(EVENT, lease, MADE, 60_000);
    await bodies.release(EVENT, lease);
    expect((await bodies.read(EVENT)).bytes).toEqual(MADE.bytes);
    away.stores = true;
    const before = { ...asked };
    for (let times = 0; times < 5; times++) expect((await bodies.read(EVENT)).bytes).toBeUndefined();
    expect(asked).toEqual({ events: before.events + 5, stores: before.stores + 1 });
  });

  it('cannot store a body while that of the events is', async () => {
    const { away, bodies } = setUp();
    away.events = true;
    expect(await bodies.acquire(EVENT, STORE)).toBe('away');
  });
});

describe('a cache that is read', () => {
  it('is asked of event and store at once from the second time on, whether or not the event has changed', async () => {
    const { asked, bodies } = setUp();
    const lease = await bodies.acquire(EVENT, STORE);
    if (typeof lease === 'string') throw new Error(`The lease is ${lease}.`);
    await bodies.store(EVENT, lease, MADE, 60_000);
    const before = { ...asked };
    await bodies.read(EVENT);
    const reading = bodies.read(EVENT);
    // Both have gone out before either is answered.
    expect(asked).toEqual({ events: before.events + 2, stores: before.stores + 2 });
    await reading;
    await bodies.remove(EVENT);
    await bodies.read(EVENT);
    expect(asked).toEqual({ events: before.events + 3, stores: before.stores + 3 });
  });
});
