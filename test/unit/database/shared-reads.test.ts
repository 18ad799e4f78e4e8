import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import { factKinds } from '../../../src/database/facts/kinds';
import type { FactsAsked } from '../../../src/database/facts/read-facts';
import { createSharedReads } from '../../../src/database/facts/shared-reads';
import type { EventId, Instant, StoreId } from '../../../src/domain/values';

const asked: FactsAsked = {
  wanted: [],
  moment: { calendar: createBusinessCalendar('UTC'), now: Date.parse('2026-11-26T12:00:00Z') as Instant },
  readFor: { stores: null, audience: new Set() },
};

const event = { eventId: '00000000-0000-4000-8000-000000000000' as EventId, kinds: factKinds(['hours']) };
const many = { ...asked, wanted: Array.from({ length: 5 }, () => event) };

const manyStores = () => new Set(Array.from({ length: 100 }, () => randomUUID() as StoreId));

describe('reads that share statements', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] }));
  afterEach(() => jest.useRealTimers());

  /** A database that answers when it is told to. */
  function open() {
    const underWay: (() => void)[] = [];
    const clock = { ms: 0 };
    const readsOf = createSharedReads(
      {
        isDistributed: false,
        query: () => new Promise((resolve) => underWay.push(() => resolve([]))),
        execute: () => Promise.resolve(0),
      },
      () => clock.ms,
    );
    return { underWay, clock, readsOf, read: readsOf('a token') };
  }

  async function askInTurns(
    read: ReturnType<typeof open>['read'],
    times: number,
  ): Promise<Promise<unknown>[]> {
    const all: Promise<unknown>[] = [];
    for (let time = 0; time < times; time++) {
      all.push(read(asked));
      await nextTurn();
      await nextTurn();
    }
    return all;
  }

  it('come together while as many as may be are under way', async () => {
    const { underWay, read } = open();
    const all = await askInTurns(read, 10);
    expect(underWay).toHaveLength(3);
    underWay[0]!();
    await nextTurn();
    await nextTurn();
    // The seven that came during the first.
    expect(underWay).toHaveLength(4);
    for (const answer of underWay) answer();
    expect(await Promise.all(all)).toHaveLength(10);
  });

  it('wait for none that takes long', async () => {
    const { underWay, read } = open();
    const all = await askInTurns(read, 4);
    expect(underWay).toHaveLength(3);
    jest.advanceTimersByTime(100);
    await nextTurn();
    await nextTurn();
    expect(underWay).toHaveLength(4);
    for (const answer of underWay) answer();
    await Promise.all(all);
  });

  it('are none of those who know many stores: no reader waits until these have been looked up', async () => {
    const { underWay, read } = open();
    const many = manyStores();
    void read(asked);
    void read({ ...asked, readFor: { stores: many, audience: many } });
    void read({ ...asked, readFor: { stores: null, audience: many } });
    await nextTurn();
    await nextTurn();
    expect(underWay).toHaveLength(3);
  });

  it('that take longer are two at once of one holder, and in no way of another', async () => {
    const { underWay, readsOf } = open();
    const long = { ...asked, readFor: { stores: null, audience: manyStores() } };
    const all = Array.from({ length: 5 }, () => readsOf('one')(long));
    expect(underWay).toHaveLength(2);
    const another = readsOf('another')(long);
    expect(underWay).toHaveLength(3);
    underWay[2]!();
    await another;
    expect(underWay).toHaveLength(3);
    for (const [place, answer] of [0, 1, 3, 4, 5].entries()) {
      underWay[answer]!();
      await all[place];
      await nextTurn();
    }
    expect(underWay).toHaveLength(6);
    // A reader that comes when all is over need not wait.
    void readsOf('one')(long);
    void readsOf('one')(long);
    expect(underWay).toHaveLength(8);
  });

  it('of many events are one at a time of one holder, beside what else they ask', async () => {
    const { underWay, readsOf } = open();
    const all = Array.from({ length: 3 }, () => readsOf('one')(many));
    expect(underWay).toHaveLength(1);
    void readsOf('another')(many);
    void readsOf('one')({ ...asked, readFor: { stores: null, audience: manyStores() } });
    expect(underWay).toHaveLength(3);
    underWay[0]!();
    await all[0];
    await nextTurn();
    expect(underWay).toHaveLength(4);
  });

  it('of many events are two at a time of a holder who has been the only one for a second', async () => {
    const { underWay, clock, readsOf } = open();
    void readsOf('one')(many);
    clock.ms = 999;
    const waiting = Array.from({ length: 4 }, () => readsOf('one')(many));
    expect(underWay).toHaveLength(1);
    clock.ms = 1_000;
    underWay[0]!();
    await nextTurn();
    expect(underWay).toHaveLength(3);
    // Another reader has come: what is under way is brought to its end, and no second begun.
    void readsOf('another')(asked);
    await nextTurn();
    await nextTurn();
    expect(underWay).toHaveLength(4);
    underWay[1]!();
    await waiting[0];
    await nextTurn();
    expect(underWay).toHaveLength(4);
    underWay[2]!();
    await waiting[1];
    await nextTurn();
    expect(underWay).toHaveLength(5);
  });

  it('of many events are begun in the order in which they came, when there is room for a second', async () => {
    const { underWay, clock, readsOf } = open();
    void readsOf('one')(many);
    const waited = readsOf('one')(many);
    clock.ms = 1_000;
    const came = readsOf('one')(many);
    await nextTurn();
    expect(underWay).toHaveLength(2);
    underWay[1]!();
    const first = await Promise.race([waited.then(() => 'waited'), came.then(() => 'came')]);
    expect(first).toBe('waited');
    await nextTurn();
    expect(underWay).toHaveLength(3);
    underWay[2]!();
    await came;
  });

  it('are not begun any more when no reader waits for them', async () => {
    const { underWay, readsOf } = open();
    const gone = new AbortController();
    const long = { ...asked, readFor: { stores: null, audience: manyStores() } };
    const first = [readsOf('one')(long), readsOf('one')(long)];
    const abandoned = readsOf('one', gone.signal)(long);
    const last = readsOf('one')(long);
    gone.abort(new Error('gone'));
    underWay[0]!();
    await first[0];
    await expect(abandoned).rejects.toThrow('gone');
    expect(underWay).toHaveLength(3);
    underWay[2]!();
    await last;
  });

  it('of two days have a statement each', async () => {
    const { underWay, read } = open();
    const tomorrow = { ...asked.moment, now: Date.parse('2026-11-27T00:00:00Z') as Instant };
    void read(asked);
    void read({ ...asked, moment: tomorrow });
    await nextTurn();
    await nextTurn();
    expect(underWay).toHaveLength(2);
  });
});
