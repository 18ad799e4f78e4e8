import { setImmediate as turn } from 'node:timers/promises';
import { createRounds } from '../../../src/gateway/live/rounds';
import { createLogger } from '../../../src/observability/log';

const log = createLogger({ level: 'silent' });

interface Context {
  readonly isClosed: boolean;
  close(): Promise<void>;
}

/** Contexts that only know whether they have been closed. */
function openRounds() {
  const contexts: Context[] = [];
  const rounds = createRounds(() => {
    const context = { isClosed: false, close: () => Promise.resolve(void (context.isClosed = true)) };
    contexts.push(context);
    return context;
  }, log);
  return { rounds, contexts };
}

describe('rounds', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it('give one context to all who come in the same turn, and close it once all are done', async () => {
    const { rounds, contexts } = openRounds();
    const given: Context[] = [];
    let finish: () => void = () => undefined;
    const work = (context: Context): Promise<void> => Promise.resolve(void given.push(context));
    const slow = rounds.join(
      (context) => work(context).then(() => new Promise((resolve) => (finish = resolve))),
      'somebody',
    );
    await Promise.all([rounds.join(work, 'somebody'), rounds.join(work, 'somebody')]);
    expect(new Set(given).size).toBe(1);
    expect(contexts).toEqual([expect.objectContaining({ isClosed: false })]);
    finish();
    await slow;
    await turn();
    expect(contexts).toEqual([expect.objectContaining({ isClosed: true })]);
  });

  it('leave who comes while two are under way to the next, all together', async () => {
    const { rounds, contexts } = openRounds();
    const ends: (() => void)[] = [];
    const slow = (): Promise<void> =>
      rounds.join(() => new Promise((resolve) => ends.push(resolve)), 'somebody');
    const underWay = [slow()];
    await jest.advanceTimersByTimeAsync(100);
    await turn();
    underWay.push(slow());
    await jest.advanceTimersByTimeAsync(100);
    await turn();
    const done = Promise.all([
      rounds.join(() => Promise.resolve(), 'somebody'),
      rounds.join(() => Promise.resolve(), 'somebody'),
    ]);
    await jest.advanceTimersByTimeAsync(1_000);
    await turn();
    expect(contexts).toHaveLength(2);
    ends[0]!();
    await underWay[0];
    await turn();
    await jest.advanceTimersByTimeAsync(100);
    await done;
    expect(contexts).toHaveLength(3);
  });

  it('are no larger than they should be: a crowd is served in several', async () => {
    const { rounds, contexts } = openRounds();
    const works = Array.from({ length: 20 }, () => rounds.join(() => Promise.resolve(), 'somebody'));
    await turn();
    await jest.advanceTimersByTimeAsync(1_000);
    await Promise.all(works);
    expect(contexts).toHaveLength(3);
  });

  it('take from each owner in turn: who has much due does not stand in front of the others', async () => {
    const { rounds } = openRounds();
    const order: string[] = [];
    const join = (owner: string): Promise<void> =>
      rounds.join(() => Promise.resolve(void order.push(owner)), owner);
    const much = Array.from({ length: 100 }, () => join('much'));
    const little = [join('little'), join('other')];
    await turn();
    await jest.advanceTimersByTimeAsync(5_000);
    await Promise.all([...much, ...little]);
    expect(order.slice(0, 8)).toEqual(expect.arrayContaining(['little', 'other']));
    expect(order).toHaveLength(102);
  });

  it('tell a failure to whom it happened, and to nobody else', async () => {
    const { rounds } = openRounds();
    const failure = new Error('this event alone');
    const failed = rounds.join(() => Promise.reject(failure), 'somebody');
    const well = rounds.join(() => Promise.resolve(), 'somebody');
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
  ])('go on after contexts that could not be %s', async (_what, whenBad, contextFor) => {
    let isWell = false;
    const well = { close: () => Promise.resolve() };
    const rounds = createRounds(() => (isWell ? well : contextFor()), log);
    /** Joins, and lets as much time go by as a round may take to begin. */
    async function attempt(): Promise<'done' | 'refused' | 'left waiting'> {
      let outcome: 'done' | 'refused' | 'left waiting' = 'left waiting';
      void rounds
        .join(() => Promise.resolve(), 'somebody')
        .then(
          () => (outcome = 'done'),
          () => (outcome = 'refused'),
        );
      await turn();
      await jest.advanceTimersByTimeAsync(100);
      return outcome;
    }
    // More of them than may be under way at a time: none has kept its place.
    for (let n = 0; n < 3; n += 1) expect(await attempt()).toBe(whenBad);
    isWell = true;
    expect(await attempt()).toBe('done');
  });
});
