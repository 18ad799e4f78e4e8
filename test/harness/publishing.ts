import { setImmediate as nextIteration } from 'node:timers/promises';
import { createInProcessCache } from '../../src/cache/in-process';
import { createTolerantCache } from '../../src/cache/tolerant';
import { createChangePublisher } from '../../src/messaging/changes/change-publisher';
import { createLogger } from '../../src/observability/log';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import type { EventId, StoreId } from '../../src/domain/values';

const log = createLogger({ level: 'silent' });
export const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
export const SISTER = '550e8400-e29b-41d4-a716-446655440001' as EventId;
export const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
export const BODY = Buffer.from('body');

/** A change publisher over a real cache and real notifications, either of which a test can take away. */
export function setUpPublishing({ storesEveryMs = 0, listsEvents = false } = {}) {
  const driver = createInProcessCache();
  const notifications = createInProcessNotifications();
  const bodies = createTolerantCache(driver, log);
  const published: (readonly EventId[])[] = [];
  const publishedStores: (readonly StoreId[])[] = [];
  const away = { cache: false, notifications: false, database: false };
  /** The part of the cache of one event or store is away, and its place another one than before. */
  const apart = { id: '', isAway: false, place: 'here' };
  const moved: (() => void)[] = [];
  const movedLately: EventId[] = [];
  const requireDatabase = (): void => {
    if (away.database) throw new Error('The database is away.');
  };
  function requireCache(ids: readonly string[]): void {
    if (apart.isAway && ids.includes(apart.id)) throw new Error('This part of the cache is away.');
    if (away.cache) throw new Error('The cache is away.');
  }
  const publisher = createChangePublisher({
    cache: {
      partOf: (id) => (id === apart.id ? 'apart' : driver.partOf(id)),
      placeOf: (id) => (id === apart.id ? apart.place : driver.placeOf(id)),
      onMove: (listener) => void moved.push(listener),
      storeVersions: {
        async drop(stores) {
          requireCache(stores);
          publishedStores.push(stores);
          await driver.storeVersions.drop(stores);
        },
      },
      async drop(events) {
        requireCache(events);
        published.push(events);
        // As with any cache that is asked over a connection.
        await nextIteration();
        await driver.drop(events);
      },
      remove: (events) => driver.remove(events),
      clear: () => driver.clear(),
    },
    notifications: {
      async publish(changed) {
        if (away.notifications) throw new Error('Notifications cannot be published.');
        await notifications.publish(changed);
      },
      publishGap: () => notifications.publishGap(),
    },
    async movedLately() {
      requireDatabase();
      return Promise.resolve(movedLately);
    },
    ...(listsEvents && {
      async eventsOf(stores: readonly StoreId[]) {
        requireDatabase();
        return Promise.resolve(stores.includes(STORE) ? [EVENT, SISTER] : []);
      },
    }),
    storesEveryMs,
    log,
  });
  const read = async (event: EventId): Promise<Buffer | undefined> => (await bodies.read(event)).bytes;
  /** Its lease is given back, so that the body is served for as long as nothing changes, and no longer. */
  async function keep(event: EventId): Promise<void> {
    const lease = await bodies.acquire(event, STORE);
    if (typeof lease === 'string') throw new Error(`The lease is ${lease}.`);
    await bodies.store(event, lease, { bytes: BODY, owner: STORE }, 60_000);
    await bodies.release(event, lease);
  }
  const kept = async (event: EventId): Promise<Buffer | undefined> => (await bodies.read(event)).kept;
  function moveApart(place: string): void {
    apart.place = place;
    for (const listener of moved) listener();
  }
  return {
    ...{ notifications, publisher, published, publishedStores, away, apart, moveApart, movedLately },
    ...{ read, keep, kept },
  };
}
