import { createRateLimiter } from '../../../../src/workers/connectors/rate-limiter';

describe('the rate limiter of a platform', () => {
  test('keeps its requests as far apart as its rate says, however many come at once', () => {
    const limiter = createRateLimiter(10, () => 1_000);
    expect([limiter.reserve(), limiter.reserve(), limiter.reserve()]).toEqual([0, 100, 200]);
  });

  test('saves up no unused slots', () => {
    let now = 0;
    const limiter = createRateLimiter(2, () => now);
    limiter.reserve();
    now = 60_000;
    expect([limiter.reserve(), limiter.reserve()]).toEqual([0, 500]);
  });

  test('stops waiting when the signal aborts', async () => {
    const limiter = createRateLimiter(0.01, () => 0);
    limiter.reserve();
    const leaving = new AbortController();
    const waiting = limiter.wait(leaving.signal);
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(limiter.wait(leaving.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(limiter.reserve()).toBe(200_000);
  });
});
