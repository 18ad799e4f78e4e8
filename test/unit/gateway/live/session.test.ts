import type { Viewer } from '../../../../src/auth/viewer';
import type { Instant } from '../../../../src/domain/values';
import { AppError } from '../../../../src/errors';
import { createAlarm } from '../../../../src/runtime/alarm';
import { createSession } from '../../../../src/gateway/live/session';

describe('a session', () => {
  const DAY_MS = 86_400_000;
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());

  const until = (expiresAt: number): Viewer => ({
    subject: `until ${expiresAt}`,
    storeIds: new Set(),
    isAdmin: false,
    expiresAt: expiresAt as Instant,
  });

  function open() {
    let expiries = 0;
    const clock = { now: () => Date.now() as Instant };
    const session = createSession({
      clock,
      setAlarm: createAlarm(clock),
      onExpiry: () => (expiries += 1),
    });
    return { session, expiries: () => expiries };
  }

  it('lasts as long as its token, a fresh one included', async () => {
    const { session, expiries } = open();
    session.accept(until(1_000));
    await jest.advanceTimersByTimeAsync(900);
    session.accept(until(5_000));
    await jest.advanceTimersByTimeAsync(4_000);
    expect(expiries()).toBe(0);
    expect(session.viewer?.subject).toBe('until 5000');
    await jest.advanceTimersByTimeAsync(200);
    expect(expiries()).toBe(1);
  });

  it('lasts longer than the longest delay of a timer', async () => {
    const { session, expiries } = open();
    session.accept(until(60 * DAY_MS));
    await jest.advanceTimersByTimeAsync(59 * DAY_MS);
    expect(expiries()).toBe(0);
    await jest.advanceTimersByTimeAsync(2 * DAY_MS);
    expect(expiries()).toBe(1);
  });

  it('refuses a token that has expired since it was verified, and any token once it has ended', async () => {
    const { session, expiries } = open();
    expect(() => session.accept(until(0))).toThrow(new AppError('UNAUTHORIZED'));
    session.accept(until(1_000));
    session.end();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(expiries()).toBe(0);
    expect(() => session.accept(until(9_000))).toThrow(new AppError('UNAUTHORIZED'));
  });
});
