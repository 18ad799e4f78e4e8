import { setImmediate as turn } from 'node:timers/promises';
import { createThrottle } from '../../../../src/gateway/live/throttle';

describe('a throttle', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate'] }));
  afterEach(() => jest.useRealTimers());

  it('executes the first trigger at once, coalesces those that come too early, and never loses the last', async () => {
    let executions = 0;
    const throttle = createThrottle(250, ({ started }) => {
      started();
      return Promise.resolve(void (executions += 1));
    });
    throttle.trigger();
    expect(executions).toBe(1);
    for (let n = 0; n < 5; n += 1) throttle.trigger();
    await turn();
    expect(executions).toBe(1);
    await jest.advanceTimersByTimeAsync(250);
    expect(executions).toBe(2);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(executions).toBe(2);
  });

  it('does not overlap executions: triggers during a long one lead to one more after it', async () => {
    const ends: (() => void)[] = [];
    const throttle = createThrottle(250, ({ started }) => {
      started();
      return new Promise((resolve) => ends.push(resolve));
    });
    throttle.trigger();
    await jest.advanceTimersByTimeAsync(125);
    throttle.trigger();
    throttle.trigger();
    await jest.advanceTimersByTimeAsync(75);
    expect(ends).toHaveLength(1);
    ends[0]!();
    await jest.advanceTimersByTimeAsync(200);
    expect(ends).toHaveLength(2);
  });

  it.each([
    ['as long as it took', 400, 400],
    ['a second at most, however long the database took', 60_000, 1_000],
  ])('rests %s, which leaves half of the time to others', async (_what, took, rest) => {
    let executions = 0;
    const throttle = createThrottle(250, async ({ started }) => {
      started();
      executions += 1;
      await new Promise((resolve) => setTimeout(resolve, took));
    });
    throttle.trigger();
    await jest.advanceTimersByTimeAsync(took);
    throttle.trigger();
    await jest.advanceTimersByTimeAsync(rest - 1);
    expect(executions).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(executions).toBe(2);
    throttle.stop();
  });

  it('does not rest for the time that sending takes', async () => {
    let executions = 0;
    const throttle = createThrottle(250, async ({ started, valueMade }) => {
      started();
      executions += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      valueMade();
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    throttle.trigger();
    await jest.advanceTimersByTimeAsync(220);
    throttle.trigger();
    await jest.advanceTimersByTimeAsync(30);
    expect(executions).toBe(2);
    throttle.stop();
  });

  it('counts the interval from when reading starts, and drops triggers from before that', async () => {
    const starts: (() => void)[] = [];
    const ends: (() => void)[] = [];
    const throttle = createThrottle(250, ({ started }) => {
      starts.push(started);
      return new Promise((resolve) => ends.push(resolve));
    });
    throttle.trigger();
    await jest.advanceTimersByTimeAsync(100);
    throttle.trigger();
    starts[0]!();
    ends[0]!();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(starts).toHaveLength(1);
    throttle.trigger();
    starts[1]!();
    throttle.trigger();
    ends[1]!();
    await jest.advanceTimersByTimeAsync(249);
    expect(starts).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(1);
    expect(starts).toHaveLength(3);
  });

  it('retries an execution that ended without having started, after the interval', async () => {
    let executions = 0;
    const throttle = createThrottle(250, () => Promise.resolve(void (executions += 1)));
    throttle.trigger();
    await turn();
    expect(executions).toBe(1);
    await jest.advanceTimersByTimeAsync(250);
    expect(executions).toBe(2);
    throttle.stop();
  });

  it('executes nothing after it is stopped', async () => {
    let executions = 0;
    const throttle = createThrottle(250, ({ started }) => {
      started();
      return Promise.resolve(void (executions += 1));
    });
    throttle.trigger();
    throttle.trigger();
    throttle.stop();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(executions).toBe(1);
  });
});
