import { createPatience, type Patience } from '../../../clients/typescript/src/patience';
import { createState, type StateStore } from '../../../clients/typescript/src/state';

/** Longer than any test runs. */
const LONG_MS = 1_000_000;

describe('what waits to be tried again', () => {
  let state: StateStore;
  let patience: Patience;
  let tries: number;
  const retry = () => (tries += 1);
  beforeEach(() => {
    state = createState();
    patience = createPatience(state);
    tries = 0;
  });
  afterEach(() => patience.end());

  it('is tried once when the time has come', async () => {
    await new Promise<void>((resolve) => patience.whenWorthRetrying(1, resolve));
  });

  it('is tried at once, and once, when the database is back', () => {
    patience.whenWorthRetrying(LONG_MS, retry);
    state.update({ isDatabaseAway: true });
    expect(tries).toBe(0);
    state.update({ isDatabaseAway: false });
    state.update({ isDatabaseAway: true });
    state.update({ isDatabaseAway: false });
    expect(tries).toBe(1);
  });

  it('is tried when a database is back that was away before the wait', () => {
    state.update({ isDatabaseAway: true });
    patience.whenWorthRetrying(LONG_MS, retry);
    state.update({ isDatabaseAway: false });
    expect(tries).toBe(1);
  });

  it('is not tried once it was called off', () => {
    const callOff = patience.whenWorthRetrying(LONG_MS, retry);
    callOff();
    state.update({ isDatabaseAway: true });
    state.update({ isDatabaseAway: false });
    expect(tries).toBe(0);
  });

  it('is waited for where that is longer than a timer can be set to', async () => {
    patience.whenWorthRetrying(2 ** 31, retry);
    patience.whenWorthRetrying(Infinity, retry);
    await new Promise<void>((resolve) => patience.whenWorthRetrying(20, resolve));
    expect(tries).toBe(0);
  });

  it('goes on waiting while the waits for another attempt are ended', async () => {
    patience.whenWorthRetrying(LONG_MS, retry);
    const attempts = [patience.untilWorthRetrying(10), patience.untilWorthRetrying(10)];
    patience.hurry();
    await Promise.all(attempts);
    expect(tries).toBe(0);
    state.update({ isDatabaseAway: true });
    state.update({ isDatabaseAway: false });
    expect(tries).toBe(1);
  });

  it('ends at the end, and attempts that are waited for go on', async () => {
    patience.whenWorthRetrying(LONG_MS, retry);
    const attempt = patience.untilWorthRetrying(10);
    patience.end();
    await attempt;
    state.update({ isDatabaseAway: true });
    state.update({ isDatabaseAway: false });
    expect(tries).toBe(0);
  });
});

describe('the state of a client', () => {
  it('is told of when it has changed, to each listener until it leaves', () => {
    const state = createState();
    const heard: string[] = [];
    const listener = ({ connection }: { connection: string }): void => void heard.push(connection);
    const leave = state.subscribe(listener);
    state.subscribe(listener);
    state.update({ connection: 'idle' });
    state.update({ connection: 'open' });
    leave();
    state.update({ connection: 'lost' });
    expect(heard).toEqual(['open', 'open', 'lost']);
  });
});
