import type { ChangeListener, Lease } from '../../../src/cache/cache';
import { createInProcessNotifications } from '../../../src/messaging/notifications/in-process';
import { createDashboardBody, encodeBody, type KeptBody } from '../../../src/rest/dashboard-body';
import { createNearAnswers } from '../../../src/rest/near-answers';
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

/** What is near over real notifications; each question for a lease is answered by the test. */
async function setUp() {
  const notifications = createInProcessNotifications();
  let listening = 0;
  /** How long leases last is the test's, too; how many were to be renewed, each time. */
  const lease = { left: 1_000, renewed: [] as number[], isAway: false };
  const questions: ((lease: Lease | undefined) => void)[] = [];
  const listeners: ChangeListener[] = [];
  const near = createNearAnswers({
    leases: {
      take: () => new Promise<Lease | undefined>((resolve) => questions.push(resolve)),
      renew: (held) => {
        lease.renewed.push(held.length);
        return lease.isAway ? Promise.reject(new Error('no connection')) : Promise.resolve();
      },
      onChange: (listener) => void listeners.push(listener),
    },
    notifications: {
      ...notifications,
      async subscribe(event, onChange) {
        const stop = await notifications.subscribe(event, onChange);
        listening += 1;
        return () => {
          listening -= 1;
          stop();
        };
      },
    },
  });
  const answer = async (number: number): Promise<void> => {
    questions.shift()?.({ bytes: encodeBody(answerOf(number)), left: () => lease.left });
    await settled();
  };
  const shown = (): unknown => {
    const kept = near.find(EVENT);
    return kept && (JSON.parse(kept.body.hit.toString()) as { number: number }).number;
  };
  /** Somebody was given this answer, as it was made or as it was found. */
  const see = async (number: number): Promise<void> => {
    near.saw(EVENT, answerOf(number));
    await settled();
  };
  await see(0);
  await see(0);
  await see(0);
  const change = (events: readonly EventId[] | 'all'): void => listeners.forEach((each) => each(events));
  return { near, notifications, questions, lease, answer, shown, see, change, listening: () => listening };
}

/** Until everything that can go on without the test has gone on, and questions that are gathered have gone out. */
async function settled(): Promise<void> {
  for (let round = 0; round < 2; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(10);
  }
  await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] }));
afterEach(() => void jest.useRealTimers());

describe('an answer that is near', () => {
  it('is one for which one question was asked, however many wanted it meanwhile', async () => {
    const { questions, answer, shown, see } = await setUp();
    await see(0);
    expect(questions).toHaveLength(1);
    await answer(0);
    expect(shown()).toBe(0);
  });

  it('is none that was asked for before a word of a change, or before a gap, and came after it', async () => {
    const { notifications, answer, shown, see } = await setUp();
    await notifications.publish([EVENT]);
    await answer(0);
    expect(shown()).toBeUndefined();
    await see(0);
    await notifications.publishGap();
    await answer(0);
    expect(shown()).toBeUndefined();
    await see(1);
    await answer(1);
    expect(shown()).toBe(1);
  });

  it.each([[[EVENT]], ['all' as const]])(
    'is none that was asked for before this process changed %s',
    async (which) => {
      const { answer, shown, see, change } = await setUp();
      await answer(0);
      change(which);
      expect(shown()).toBeUndefined();
      await see(0);
      change(which);
      await answer(0);
      expect(shown()).toBeUndefined();
    },
  );

  it('is none that was asked for before somebody was shown another', async () => {
    const { answer, shown, see } = await setUp();
    await see(1);
    await answer(0);
    expect(shown()).toBeUndefined();
    await see(1);
    await answer(1);
    expect(shown()).toBe(1);
  });

  it('is not shown to anybody after somebody was shown another', async () => {
    const { questions, answer, shown, see } = await setUp();
    await answer(0);
    await see(0);
    expect(questions).toEqual([]);
    expect(shown()).toBe(0);
    await see(1);
    expect(shown()).toBeUndefined();
  });
});

describe('a lease', () => {
  it('is renewed for as long as it is used, and let go of soon after, whether Redis is away or not', async () => {
    const { answer, shown, lease } = await setUp();
    await answer(0);
    for (let round = 1; round <= 20; round++) {
      lease.isAway = round > 10;
      expect(shown()).toBe(0);
      jest.advanceTimersByTime(100);
      await settled();
    }
    const { length } = lease.renewed;
    expect(lease.renewed).toEqual(Array(length).fill(1));
    expect(length).toBeGreaterThan(10);
    for (let round = 1; round <= 20; round++) {
      jest.advanceTimersByTime(100);
      await settled();
    }
    expect(lease.renewed.length).toBeLessThan(length + 20);
    expect(jest.getTimerCount()).toBe(1);
    expect(shown()).toBeUndefined();
  });

  it('that is over is not used, until another is given', async () => {
    const { answer, shown, see, lease } = await setUp();
    await answer(0);
    lease.left = 0;
    expect(shown()).toBeUndefined();
    await see(0);
    lease.left = 200;
    await answer(0);
    expect(shown()).toBe(0);
  });
});

describe('the changes of an event', () => {
  it('are listened to once it is asked for often, and until nobody has asked for a while', async () => {
    const { near, see, answer, listening } = await setUp();
    const other = '550e8400-e29b-41d4-a716-446655440001' as EventId;
    near.saw(other, answerOf(0));
    jest.advanceTimersByTime(300);
    near.saw(other, answerOf(0));
    expect(near.size).toBe(1);
    await answer(0);
    jest.advanceTimersByTime(9_000);
    await see(0);
    jest.advanceTimersByTime(9_000);
    expect([near.size, listening()]).toEqual([1, 1]);
    jest.advanceTimersByTime(11_000);
    expect([near.size, listening()]).toEqual([0, 0]);
    expect(near.find(EVENT)).toBeUndefined();
  });
});
