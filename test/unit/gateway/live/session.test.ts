import { refuseToken } from '../../../../src/auth/refusal';
import type { Viewer } from '../../../../src/auth/viewer';
import type { Instant } from '../../../../src/domain/values';
import { createSession } from '../../../../src/gateway/live/session';

describe('a session', () => {
  const DAY_MS = 86_400_000;
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());

  function open() {
    let expiries = 0;
    const session = createSession({
      clock: { now: () => Date.now() as Instant },
      onExpiry: () => (expiries += 1),
      recognise: (text) =>
        text === undefined
          ? Promise.reject(refuseToken('missing', 'There is none.'))
          : Promise.resolve<Viewer>({
              subject: text,
              storeIds: new Set(),
              isAdmin: false,
              expiresAt: Number(text) as Instant,
            }),
    });
    return { session, expiries: () => expiries };
  }

  it('lasts as long as its token, a fresh one included', async () => {
    const { session, expiries } = open();
    await session.authenticate('1000');
    await jest.advanceTimersByTimeAsync(900);
    await session.authenticate('5000');
    await jest.advanceTimersByTimeAsync(4_000);
    expect(expiries()).toBe(0);
    expect(session.viewer?.subject).toBe('5000');
    await jest.advanceTimersByTimeAsync(200);
    expect(expiries()).toBe(1);
  });

  it('lasts longer than the longest delay of a timer', async () => {
    const { session, expiries } = open();
    await session.authenticate(String(60 * DAY_MS));
    await jest.advanceTimersByTimeAsync(59 * DAY_MS);
    expect(expiries()).toBe(0);
    await jest.advanceTimersByTimeAsync(2 * DAY_MS);
    expect(expiries()).toBe(1);
  });

  it('refuses a token that is not a string, and any token once it has ended', async () => {
    const { session, expiries } = open();
    await expect(session.authenticate({})).rejects.toThrow();
    await session.authenticate('1000');
    session.end();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(expiries()).toBe(0);
    await expect(session.authenticate('9000')).rejects.toThrow();
  });
});
