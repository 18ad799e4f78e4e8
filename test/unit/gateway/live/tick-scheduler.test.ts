import { setImmediate as turn } from 'node:timers/promises';
import { createTickScheduler } from '../../../../src/gateway/live/tick-scheduler';
import { createLogger } from '../../../../src/observability/log';

const log = createLogger({ level: 'silent' });

interface Context {
  readonly isClosed: boolean;
  close(): Promise<void>;
}

/** A scheduler whose contexts only know whether they are closed. */
function openScheduler() {
  const contexts: Context[] = [];
  const scheduler = createTickScheduler(() => {
    const context = { isClosed: false, close: () => Promise.resolve(void (context.isClosed = true)) };
    contexts.push(context);
    return context;
  }, log);
  return { scheduler, contexts };
}

describe('a tick scheduler', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it('gives one context to all work of the same turn, and closes it once all is done', async () => {
    const { scheduler, contexts } = openScheduler();
    const given: Context[] = [];
    let finish: () => void = () => undefined;
    const work = (context: Context): Promise<void> => Promise.resolve(void given.push(context));
    const slow = scheduler.schedule(
      (context) => work(context).then(() => new Promise((resolve) => (finish = resolve))),
      'one',
    );
    await Promise.all([scheduler.schedule(work, 'one'), scheduler.schedule(work, 'one')]);
    expect(new Set(given).size).toBe(1);
    expect(contexts).toEqual([expect.objectContaining({ isClosed: false })]);
    finish();
    await slow;
    await turn();
    expect(contexts).toEqual([expect.objectContaining({ isClosed: true })]);
  });

  it('leaves all work that comes while two ticks run to one next tick', async () => {
    const { scheduler, contexts } = openScheduler();
    const ends: (() => void)[] = [];
    const slow = (): Promise<void> =>
      scheduler.schedule(() => new Promise((resolve) => ends.push(resolve)), 'one');
    const running = [slow()];
    await jest.advanceTimersByTimeAsync(100);
    await turn();
    running.push(slow());
    await jest.advanceTimersByTimeAsync(100);
    await turn();
    const done = Promise.all([
      scheduler.schedule(() => Promise.resolve(), 'one'),
      scheduler.schedule(() => Promise.resolve(), 'one'),
    ]);
    await jest.advanceTimersByTimeAsync(1_000);
    await turn();
    expect(contexts).toHaveLength(2);
    ends[0]!();
    await running[0];
    await turn();
    await jest.advanceTimersByTimeAsync(100);
    await done;
    expect(contexts).toHaveLength(3);
  });

  it('limits the work of a tick: more is done in several', async () => {
    const { scheduler, contexts } = openScheduler();
    const works = Array.from({ length: 20 }, () => scheduler.schedule(() => Promise.resolve(), 'one'));
    await turn();
    await jest.advanceTimersByTimeAsync(1_000);
    await Promise.all(works);
    expect(contexts).toHaveLength(3);
  });

  it('takes from each owner in turn: one with much work does not delay the others', async () => {
    const { scheduler } = openScheduler();
    const order: string[] = [];
    const schedule = (owner: string): Promise<void> =>
      scheduler.schedule(() => Promise.resolve(void order.push(owner)), owner);
    const much = Array.from({ length: 100 }, () => schedule('much'));
    const little = [schedule('little'), schedule('other')];
    await turn();
    await jest.advanceTimersByTimeAsync(5_000);
    await Promise.all([...much, ...little]);
    expect(order.slice(0, 8)).toEqual(expect.arrayContaining(['little', 'other']));
    expect(order).toHaveLength(102);
  });

  it('rejects the work that failed, and no other', async () => {
    const { scheduler } = openScheduler();
    const failure = new Error('this event alone');
    const failed = scheduler.schedule(() => Promise.reject(failure), 'one');
    const well = scheduler.schedule(() => Promise.resolve(), 'one');
    await expect(failed).rejects.toBe(failure);
    await expect(well).resolves.toBeUndefined();
  });

  it.each([
    [
      'opened',
      'refused',
      () => {
        throw new Error('there is no context');
      },
    ],
    ['closed', 'done', () => ({ close: () => Promise.reject(new Error('it does not close')) })],
  ])('goes on after contexts that could not be %s', async (_what, whenBad, contextFor) => {
    let isWell = false;
    const well = { close: () => Promise.resolve() };
    const scheduler = createTickScheduler(() => (isWell ? well : contextFor()), log);
    /** Schedules work, and advances the time by which a tick has started. */
    async function attempt(): Promise<'done' | 'refused' | 'waiting'> {
      let outcome: 'done' | 'refused' | 'waiting' = 'waiting';
      void scheduler
        .schedule(() => Promise.resolve(), 'one')
        .then(
          () => (outcome = 'done'),
          () => (outcome = 'refused'),
        );
      await turn();
      await jest.advanceTimersByTimeAsync(100);
      return outcome;
    }
    // More than may run at a time: each has freed its slot.
    for (let n = 0; n < 3; n += 1) expect(await attempt()).toBe(whenBad);
    isWell = true;
    expect(await attempt()).toBe('done');
  });
});
