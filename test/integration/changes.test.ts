import { ASSEMBLY_LEASE_MS } from '../../src/cache/cache';
import { createInProcessCache } from '../../src/cache/in-process';
import { createChanges } from '../../src/messaging/changes/changes';
import { createLogger } from '../../src/observability/log';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import type { EventId, StoreId } from '../../src/domain/values';
import { analyticsPath } from '../harness/contract/service';
import { createHttpClient } from '../harness/http';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import { waitFor } from '../harness/wait-for';
import { madeOf } from '../harness/made';

const log = createLogger({ level: 'silent' });
const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const SISTER = '550e8400-e29b-41d4-a716-446655440001' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const BODY = Buffer.from('body');

/** Changes over a real cache and real notifications, either of which a test can take away. */
function setUp({ storesEveryMs = 0 } = {}) {
  const driver = createInProcessCache();
  const words = createInProcessNotifications();
  const told: (readonly EventId[])[] = [];
  const away = { cache: false, notifications: false, database: false };
  const movedLately: EventId[] = [];
  const requireDatabase = (): void => {
    if (away.database) throw new Error('The database is away.');
  };
  const changes = createChanges({
    cache: {
      async drop(events) {
        if (away.cache) throw new Error('The cache is away.');
        told.push(events);
        await driver.drop(events);
      },
      remove: (events) => driver.remove(events),
      clear: () => driver.clear(),
    },
    notifications: {
      async publish(events) {
        if (away.notifications) throw new Error('Nobody can be notified.');
        await words.publish(events);
      },
      publishGap: () => words.publishGap(),
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
  return { words, changes, told, away, movedLately, read, keep, kept };
}

describe('a committed change', () => {
  it('is told before settled resolves: of its events, and of every event of its stores', async () => {
    const { changes, read, keep } = setUp();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([BODY, BODY]);
    changes.announce({ events: [EVENT], stores: [STORE] });
    await changes.settled();
    expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([undefined, undefined]);
    await changes.stop();
  });

  it('is told once, however often it was announced before', async () => {
    const { words, changes, told } = setUp();
    let heard = 0;
    await words.subscribe(EVENT, () => (heard += 1));
    changes.announce({ events: [EVENT], stores: [STORE] });
    changes.announce({ events: [EVENT, SISTER], stores: [STORE] });
    await changes.settled();
    expect(told.flat().filter((event) => event === EVENT)).toHaveLength(1);
    expect(heard).toBe(1);
    await changes.stop();
  });

  it('is told at once of its events, and only now and then of all events of its stores', async () => {
    const { changes, told } = setUp({ storesEveryMs: 3_600_000 });
    const change = { events: [EVENT], stores: [STORE] };
    for (const times of [1, 2, 3]) {
      changes.announce(change);
      await waitFor(() => told.length === times, { what: 'the event to be told of', timeoutMs: 5_000 });
    }
    expect(told).toEqual([[EVENT, SISTER], [EVENT], [EVENT]]);
    await changes.settled();
    expect(told.slice(3)).toEqual([[EVENT, SISTER]]);
    await changes.stop();
  });

  it('is told of all events of its stores once it is time, though nothing else changes', async () => {
    const { changes, told } = setUp({ storesEveryMs: 50 });
    for (const times of [1, 2]) {
      changes.announce({ events: [], stores: [STORE] });
      await waitFor(() => told.length === times, { what: 'the store to be told of', timeoutMs: 5_000 });
    }
    expect(told).toEqual([
      [EVENT, SISTER],
      [EVENT, SISTER],
    ]);
    await changes.stop();
  });

  it('is told of its stores at the stop, though it is not time yet', async () => {
    const { changes, told } = setUp({ storesEveryMs: 3_600_000 });
    changes.announce({ events: [], stores: [STORE] });
    await changes.settled();
    changes.announce({ events: [], stores: [STORE] });
    await changes.stop();
    expect(told).toHaveLength(2);
  });

  it('has ended the old body by the time that a subscriber hears of it', async () => {
    const { words, changes, read, keep } = setUp();
    await keep(EVENT);
    const found: Promise<Buffer | undefined>[] = [];
    await words.subscribe(EVENT, () => found.push(read(EVENT)));
    changes.announce({ events: [EVENT], stores: [] });
    await changes.settled();
    expect(await Promise.all(found)).toEqual([undefined]);
    await changes.stop();
  });

  it('is kept while the cache is away, and told when it is back', async () => {
    const { changes, away, read, keep } = setUp();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    away.cache = true;
    changes.announce({ events: [EVENT], stores: [] });
    await changes.settled();
    changes.announce({ events: [SISTER], stores: [] });
    await changes.settled();
    expect(await read(EVENT)).toEqual(BODY);

    away.cache = false;
    await waitFor(async () => (await read(EVENT)) === undefined, {
      what: 'the change to be told',
      timeoutMs: 5_000,
    });
    expect(await read(SISTER)).toBeUndefined();
    await changes.stop();
  });

  it('is kept while subscribers cannot be told, and told when they can', async () => {
    const { words, changes, away } = setUp();
    let heard = 0;
    await words.subscribe(EVENT, () => (heard += 1));
    away.notifications = true;
    changes.announce({ events: [EVENT], stores: [] });
    await changes.settled();
    expect(heard).toBe(0);
    away.notifications = false;
    await waitFor(() => heard === 1, { what: 'the change to be told', timeoutMs: 5_000 });
    await changes.stop();
  });

  it('is told at the stop, if it still can be, and keeps nobody from stopping if it cannot', async () => {
    const { changes, away, read, keep } = setUp();
    await keep(EVENT);
    away.cache = true;
    changes.announce({ events: [EVENT], stores: [] });
    await changes.settled();
    away.cache = false;
    await changes.stop();
    expect(await read(EVENT)).toBeUndefined();

    const other = setUp();
    other.away.cache = true;
    other.changes.announce({ events: [EVENT], stores: [] });
    await other.changes.stop();
  });
});

it('that anything may have changed is told to the cache and to every subscriber', async () => {
  const { words, changes, read, keep } = setUp();
  await Promise.all([keep(EVENT), keep(SISTER)]);
  let gaps = 0;
  words.onGap(() => (gaps += 1));
  changes.announceEverything();
  await changes.settled();
  expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([undefined, undefined]);
  expect(gaps).toBe(1);
  await changes.stop();
});

describe('an event that has moved to another store', () => {
  it('has nothing left that was made of it before, though its change cannot be told any further', async () => {
    const { changes, away, keep, kept } = setUp();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    away.database = true;
    changes.announce({ events: [EVENT], stores: [STORE], moved: [EVENT] });
    await changes.settled();
    expect(await Promise.all([kept(EVENT), kept(SISTER)])).toEqual([undefined, BODY]);

    // What is made for its new owner while the rest is tried again stays.
    await keep(EVENT);
    away.database = false;
    await changes.stop();
    expect(await kept(EVENT)).toEqual(BODY);
  });

  it('is found in the database when its move may have gone untold', async () => {
    const { changes, away, movedLately, read, keep, kept } = setUp();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    movedLately.push(EVENT);
    away.database = true;
    changes.announceEverything();
    await changes.settled();
    // That anything may have changed is told all the same.
    expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([undefined, undefined]);
    away.database = false;
    await waitFor(async () => (await kept(EVENT)) === undefined, {
      what: 'the move to be told',
      timeoutMs: 5_000,
    });
    expect(await kept(SISTER)).toEqual(BODY);
    await changes.stop();
  });
});

interface Dashboard {
  readonly summaryCards: { readonly totalParticipants: { readonly count: number } };
}

describe('a change that came over Kafka', () => {
  let service: RealService;
  beforeAll(async () => void (service = await startRealService()), 60_000);
  afterAll(() => service.stop());

  it('is shown by finished answers after a second, though they are kept for 300 and asked for all the time', async () => {
    const { eventId, storeId } = newEvent();
    const http = createHttpClient(service.origin);
    const read = () => http.get(analyticsPath(eventId), service.token());
    const shown = async (): Promise<unknown> =>
      ((await read()).json() as Dashboard).summaryCards.totalParticipants.count;
    await service.topics.send('event.created', [eventCreated({ eventId, storeId })]);
    await waitFor(async () => (await read()).status === 200, { what: 'the event', timeoutMs: 20_000 });

    for (let count = 1; count <= 3; count++) {
      await service.topics.send('participant.registered', [participantRegistered(eventId)], { key: eventId });
      await service.counted(eventId, count);
      await waitFor(async () => (await shown()) === count, {
        what: 'readers to be shown what was committed',
        timeoutMs: ASSEMBLY_LEASE_MS + 2_000,
        everyMs: 5,
      });
    }
  });
});
