import type { Changed, ChangeListener, LocalCopy } from '../../../src/cache/cache';
import { createInProcessNotifications } from '../../../src/messaging/notifications/in-process';
import { createDashboardBody, encodeBody, type KeptBody } from '../../../src/rest/dashboard-body';
import { createNearCache } from '../../../src/rest/near-cache';
import type { EventId, Instant, StoreId } from '../../../src/domain/values';

const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;

const answerOf = (number: number): KeptBody => {
  const json = `{"number":${number},"cacheStatus":"HIT"}`;
  return {
    body: createDashboardBody({ storeId: STORE, averagedStores: 0, json }),
    assembledAt: 0 as Instant,
  };
};

/** The near cache over real notifications; the test answers each fetch of a copy. */
async function setUp() {
  const notifications = createInProcessNotifications();
  let subscriptions = 0;
  /** How long copies are fresh, and how many were revalidated each time. */
  const copy = { freshForMs: 1_000, revalidated: [] as number[], isAway: false };
  const fetches: ((copy: LocalCopy | undefined) => void)[] = [];
  const listeners: ChangeListener[] = [];
  const near = createNearCache({
    copies: {
      fetch: () => new Promise<LocalCopy | undefined>((resolve) => fetches.push(resolve)),
      revalidate: (held) => {
        copy.revalidated.push(held.length);
        return copy.isAway ? Promise.reject(new Error('no connection')) : Promise.resolve();
      },
      onChange: (listener) => void listeners.push(listener),
    },
    notifications: {
      ...notifications,
      async subscribe(subject, onChange) {
        const stop = await notifications.subscribe(subject, onChange);
        subscriptions += 1;
        return () => {
          subscriptions -= 1;
          stop();
        };
      },
    },
  });
  const answer = async (number: number): Promise<void> => {
    fetches.shift()?.({ bytes: encodeBody(answerOf(number)), freshForMs: () => copy.freshForMs });
    await settled();
  };
  const shown = (): unknown => {
    const kept = near.find(EVENT);
    return kept && (JSON.parse(kept.body.hit.toString()) as { number: number }).number;
  };
  /** This answer was sent. */
  const see = async (number: number): Promise<void> => {
    near.observe(EVENT, answerOf(number));
    await settled();
  };
  await see(0);
  await see(0);
  await see(0);
  const change = (changed: Changed | 'all'): void => listeners.forEach((each) => each(changed));
  return {
    near,
    notifications,
    fetches,
    copy,
    answer,
    shown,
    see,
    change,
    subscriptions: () => subscriptions,
  };
}

/** Until everything that can go on without the test has gone on, and fetches that are gathered have gone out. */
async function settled(): Promise<void> {
  for (let round = 0; round < 2; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(10);
  }
  await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] }));
afterEach(() => void jest.useRealTimers());

describe('an answer in the near cache', () => {
  it('is fetched once, however many requests there are', async () => {
    const { fetches, answer, shown, see } = await setUp();
    await see(0);
    expect(fetches).toHaveLength(1);
    await answer(0);
    expect(shown()).toBe(0);
  });

  it('is none that was fetched before the notification of a change, of its store, or of a gap', async () => {
    const { notifications, answer, shown, see } = await setUp();
    for (const subject of [{ event: EVENT }, { store: STORE }]) {
      await notifications.publish([subject]);
      await answer(0);
      expect(shown()).toBeUndefined();
      await see(0);
    }
    await notifications.publishGap();
    await answer(0);
    expect(shown()).toBeUndefined();
    await see(1);
    await answer(1);
    expect(shown()).toBe(1);
  });

  it.each([
    ['it', { events: [EVENT] }],
    ['its store', { stores: [STORE] }],
    ['all', 'all' as const],
  ])('is none that was fetched before this process changed %s', async (_what, which) => {
    const { answer, shown, see, change } = await setUp();
    await answer(0);
    change(which);
    expect(shown()).toBeUndefined();
    await see(0);
    change(which);
    await answer(0);
    expect(shown()).toBeUndefined();
  });

  it('is none that was fetched before another one was sent', async () => {
    const { answer, shown, see } = await setUp();
    await see(1);
    await answer(0);
    expect(shown()).toBeUndefined();
    await see(1);
    await answer(1);
    expect(shown()).toBe(1);
  });

  it('is not sent after another one was sent', async () => {
    const { fetches, answer, shown, see } = await setUp();
    await answer(0);
    await see(0);
    expect(fetches).toEqual([]);
    expect(shown()).toBe(0);
    await see(1);
    expect(shown()).toBeUndefined();
  });
});

describe('a local copy', () => {
  it('is revalidated as long as it is used, and removed soon after, whether Redis is away or not', async () => {
    const { answer, shown, copy } = await setUp();
    await answer(0);
    for (let round = 1; round <= 20; round++) {
      copy.isAway = round > 10;
      expect(shown()).toBe(0);
      jest.advanceTimersByTime(100);
      await settled();
    }
    const { length } = copy.revalidated;
    expect(copy.revalidated).toEqual(Array(length).fill(1));
    expect(length).toBeGreaterThan(10);
    for (let round = 1; round <= 20; round++) {
      jest.advanceTimersByTime(100);
      await settled();
    }
    expect(copy.revalidated.length).toBeLessThan(length + 20);
    expect(jest.getTimerCount()).toBe(1);
    expect(shown()).toBeUndefined();
  });

  it('that is not fresh is not used until another is fetched', async () => {
    const { answer, shown, see, copy } = await setUp();
    await answer(0);
    copy.freshForMs = 0;
    expect(shown()).toBeUndefined();
    await see(0);
    copy.freshForMs = 200;
    await answer(0);
    expect(shown()).toBe(0);
  });
});

describe('the changes of an event', () => {
  it('are subscribed to once it is asked for often, and until it was not asked for in a while', async () => {
    const { near, see, answer, subscriptions } = await setUp();
    const other = '550e8400-e29b-41d4-a716-446655440001' as EventId;
    near.observe(other, answerOf(0));
    jest.advanceTimersByTime(300);
    near.observe(other, answerOf(0));
    expect(near.size).toBe(1);
    await answer(0);
    jest.advanceTimersByTime(9_000);
    await see(0);
    jest.advanceTimersByTime(9_000);
    // Its own changes, and those of its store.
    expect([near.size, subscriptions()]).toEqual([1, 2]);
    jest.advanceTimersByTime(11_000);
    expect([near.size, subscriptions()]).toEqual([0, 0]);
    expect(near.find(EVENT)).toBeUndefined();
  });
});
