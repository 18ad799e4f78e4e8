import { createInProcessCache } from '../../src/cache/in-process';
import { createChangePublisher } from '../../src/messaging/changes/change-publisher';
import { createLogger } from '../../src/observability/log';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import type { EventId, StoreId } from '../../src/domain/values';
import { waitFor } from '../harness/wait-for';
import { madeOf } from '../harness/made';

const log = createLogger({ level: 'silent' });
const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const SISTER = '550e8400-e29b-41d4-a716-446655440001' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const BODY = Buffer.from('body');

/** A change publisher over a real cache and real notifications, either of which a test can take away. */
function setUp({ storesEveryMs = 0 } = {}) {
  const driver = createInProcessCache();
  const notifications = createInProcessNotifications();
  const published: (readonly EventId[])[] = [];
  const away = { cache: false, notifications: false, database: false };
  /** The event's own part of the cache is away, and its place another one than before. */
  const apart = { event: '', isAway: false, place: 'here' };
  const moved: (() => void)[] = [];
  const movedLately: EventId[] = [];
  const requireDatabase = (): void => {
    if (away.database) throw new Error('The database is away.');
  };
  const publisher = createChangePublisher({
    cache: {
      partOf: (event) => (event === apart.event ? 'apart' : driver.partOf(event)),
      placeOf: (event) => (event === apart.event ? apart.place : driver.placeOf(event)),
      onMove: (listener) => void moved.push(listener),
      async drop(events) {
        if (apart.isAway && events.some((event) => event === apart.event))
          throw new Error('This part of the cache is away.');
        if (away.cache) throw new Error('The cache is away.');
        published.push(events);
        await driver.drop(events);
      },
      remove: (events) => driver.remove(events),
      clear: () => driver.clear(),
    },
    notifications: {
      async publish(events) {
        if (away.notifications) throw new Error('Notifications cannot be published.');
        await notifications.publish(events);
      },
      publishGap: () => notifications.publishGap(),
    },
    async eventsOf(stores) {
      requireDatabase();
      return Promise.resolve(stores.includes(STORE) ? [EVENT, SISTER] : []);
    },
    async movedLately() {
      requireDatabase();
      return Promise.resolve(movedLately);
    },
    storesEveryMs,
    log,
  });
  const read = async (event: EventId): Promise<Buffer | undefined> => (await driver.read(event)).bytes;
  /** Its lease is given back, so that the body is served for as long as nothing changes, and no longer. */
  async function keep(event: EventId): Promise<void> {
    const lease = await driver.acquire(event);
    if (lease === 'taken') throw new Error('The lease is taken.');
    await driver.store(event, lease, madeOf(BODY), 60_000);
    await driver.release(event, lease);
  }
  const kept = async (event: EventId): Promise<Buffer | undefined> => (await driver.read(event)).kept;
  function moveApart(place: string): void {
    apart.place = place;
    for (const listener of moved) listener();
  }
  return { notifications, publisher, published, away, apart, moveApart, movedLately, read, keep, kept };
}

describe('a committed change', () => {
  it('is published before flush resolves: of its events, and of every event of its stores', async () => {
    const { publisher, read, keep } = setUp();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([BODY, BODY]);
    publisher.publish({ events: [EVENT], stores: [STORE] });
    await publisher.flush();
    expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([undefined, undefined]);
    await publisher.stop();
  });

  it('is published once, however often it was added before', async () => {
    const { notifications, publisher, published } = setUp();
    let heard = 0;
    await notifications.subscribe(EVENT, () => (heard += 1));
    publisher.publish({ events: [EVENT], stores: [STORE] });
    publisher.publish({ events: [EVENT, SISTER], stores: [STORE] });
    await publisher.flush();
    expect(published.flat().filter((event) => event === EVENT)).toHaveLength(1);
    expect(heard).toBe(1);
    await publisher.stop();
  });

  it('is published at once for its events, and only now and then for all events of its stores', async () => {
    const { publisher, published } = setUp({ storesEveryMs: 3_600_000 });
    const change = { events: [EVENT], stores: [STORE] };
    for (const times of [1, 2, 3]) {
      publisher.publish(change);
      await waitFor(() => published.length === times, {
        what: 'the event to be published',
        timeoutMs: 5_000,
      });
    }
    expect(published).toEqual([[EVENT, SISTER], [EVENT], [EVENT]]);
    await publisher.flush();
    expect(published.slice(3)).toEqual([[EVENT, SISTER]]);
    await publisher.stop();
  });

  it('is published for all events of its stores once it is time, though nothing else changes', async () => {
    const { publisher, published } = setUp({ storesEveryMs: 50 });
    for (const times of [1, 2]) {
      publisher.publish({ events: [], stores: [STORE] });
      await waitFor(() => published.length === times, {
        what: 'the store to be published',
        timeoutMs: 5_000,
      });
    }
    expect(published).toEqual([
      [EVENT, SISTER],
      [EVENT, SISTER],
    ]);
    await publisher.stop();
  });

  it('is published for its stores at the stop, though it is not time yet', async () => {
    const { publisher, published } = setUp({ storesEveryMs: 3_600_000 });
    publisher.publish({ events: [], stores: [STORE] });
    await publisher.flush();
    publisher.publish({ events: [], stores: [STORE] });
    await publisher.stop();
    expect(published).toHaveLength(2);
  });

  it('is published of all other events while a part of the cache is away, and of its own when that is back', async () => {
    const { publisher, published, apart } = setUp();
    Object.assign(apart, { event: SISTER, isAway: true });
    publisher.publish({ events: [EVENT, SISTER], stores: [] });
    await publisher.flush();
    publisher.publish({ events: [EVENT], stores: [] });
    await publisher.flush();
    expect(published).toEqual([[EVENT], [EVENT]]);
    apart.isAway = false;
    await waitFor(() => published.flat().includes(SISTER), {
      what: 'the other event to be published',
      timeoutMs: 5_000,
    });
    expect(published).toEqual([[EVENT], [EVENT], [SISTER]]);
    await publisher.stop();
  });

  it('is published again where the entries have moved to, and only of what has moved', async () => {
    const { publisher, published, apart, moveApart } = setUp();
    apart.event = SISTER;
    publisher.publish({ events: [EVENT, SISTER], stores: [] });
    await publisher.flush();
    const before = published.length;
    moveApart('there');
    await publisher.flush();
    expect(published.slice(before)).toEqual([[SISTER]]);
    moveApart('there');
    await publisher.flush();
    expect(published).toHaveLength(before + 1);
    await publisher.stop();
  });

  it('has ended the old body by the time that a subscriber hears of it', async () => {
    const { notifications, publisher, read, keep } = setUp();
    await keep(EVENT);
    const found: Promise<Buffer | undefined>[] = [];
    await notifications.subscribe(EVENT, () => found.push(read(EVENT)));
    publisher.publish({ events: [EVENT], stores: [] });
    await publisher.flush();
    expect(await Promise.all(found)).toEqual([undefined]);
    await publisher.stop();
  });

  it('is kept while the cache is away, and published when it is back', async () => {
    const { publisher, away, read, keep } = setUp();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    away.cache = true;
    publisher.publish({ events: [EVENT], stores: [] });
    await publisher.flush();
    publisher.publish({ events: [SISTER], stores: [] });
    await publisher.flush();
    expect(await read(EVENT)).toEqual(BODY);

    away.cache = false;
    await waitFor(async () => (await read(EVENT)) === undefined, {
      what: 'the change to be published',
      timeoutMs: 5_000,
    });
    expect(await read(SISTER)).toBeUndefined();
    await publisher.stop();
  });

  it('is kept while subscribers cannot be notified, and published when they can', async () => {
    const { notifications, publisher, away } = setUp();
    let heard = 0;
    await notifications.subscribe(EVENT, () => (heard += 1));
    away.notifications = true;
    publisher.publish({ events: [EVENT], stores: [] });
    await publisher.flush();
    expect(heard).toBe(0);
    away.notifications = false;
    await waitFor(() => heard === 1, { what: 'the change to be published', timeoutMs: 5_000 });
    await publisher.stop();
  });

  it('is published at the stop if it still can be, and does not delay the stop if it cannot', async () => {
    const { publisher, away, read, keep } = setUp();
    await keep(EVENT);
    away.cache = true;
    publisher.publish({ events: [EVENT], stores: [] });
    await publisher.flush();
    away.cache = false;
    await publisher.stop();
    expect(await read(EVENT)).toBeUndefined();

    const other = setUp();
    other.away.cache = true;
    other.publisher.publish({ events: [EVENT], stores: [] });
    await other.publisher.stop();
  });
});

it('a full change is published to the cache and to every subscriber', async () => {
  const { notifications, publisher, read, keep } = setUp();
  await Promise.all([keep(EVENT), keep(SISTER)]);
  let gaps = 0;
  notifications.onGap(() => (gaps += 1));
  publisher.publishFullChange();
  await publisher.flush();
  expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([undefined, undefined]);
  expect(gaps).toBe(1);
  await publisher.stop();
});

describe('an event that has moved to another store', () => {
  it('has nothing left that was made of it before, though its change cannot be published any further', async () => {
    const { publisher, away, keep, kept } = setUp();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    away.database = true;
    publisher.publish({ events: [EVENT], stores: [STORE], moved: [EVENT] });
    await publisher.flush();
    expect(await Promise.all([kept(EVENT), kept(SISTER)])).toEqual([undefined, BODY]);

    // What is assembled for its new owner while the rest is tried again stays.
    await keep(EVENT);
    away.database = false;
    await publisher.stop();
    expect(await kept(EVENT)).toEqual(BODY);
  });

  it('is found in the database when its move may have gone unpublished', async () => {
    const { publisher, away, movedLately, read, keep, kept } = setUp();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    movedLately.push(EVENT);
    away.database = true;
    publisher.publishFullChange();
    await publisher.flush();
    // The full change is published all the same.
    expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([undefined, undefined]);
    away.database = false;
    await waitFor(async () => (await kept(EVENT)) === undefined, {
      what: 'the move to be published',
      timeoutMs: 5_000,
    });
    expect(await kept(SISTER)).toEqual(BODY);
    await publisher.stop();
  });
});
