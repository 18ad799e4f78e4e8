import { pauseMs, retry } from '../../../src/runtime/backoff';

const backoff = { firstMs: 100, longestMs: 1_000 };
const SHORT = { firstMs: 1, longestMs: 1 };

describe('the pause of a backoff', () => {
  it.each([
    [1, 100],
    [2, 200],
    [4, 800],
    [5, 1_000],
    [5_000, 1_000],
  ])('is after %i failures between half and all of %i ms', (failures, longest) => {
    const pauses = Array.from({ length: 500 }, () => pauseMs(backoff, failures));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(longest / 2);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(longest);
    expect(new Set(pauses).size).toBeGreaterThan(10);
  });
});

describe('retry', () => {
  it('attempts until it succeeds, with a pause after each failure', async () => {
    const calls: string[] = [];
    const attempt = (): Promise<string> => {
      calls.push('attempt');
      return calls.filter((call) => call === 'attempt').length < 3
        ? Promise.reject(new Error('not yet'))
        : Promise.resolve('done');
    };
    const begun = performance.now();
    const result = await retry({
      backoff: { firstMs: 20, longestMs: 20 },
      attempt,
      onFailure: (error) => void calls.push((error as Error).message),
      beforeRetry: () => Promise.resolve(void calls.push('again')),
    });
    expect(result).toBe('done');
    expect(calls).toEqual(['attempt', 'not yet', 'again', 'attempt', 'not yet', 'again', 'attempt']);
    // Two pauses of 10 ms at least; a timer may end one early.
    expect(performance.now() - begun).toBeGreaterThan(17);
  });

  it('ends with what onFailure or beforeRetry throws', async () => {
    let attempts = 0;
    const attempt = (): Promise<never> => Promise.reject(new Error(`no ${(attempts += 1)}`));
    const rethrow = (error: unknown): never => {
      throw error;
    };
    await expect(retry({ backoff: SHORT, attempt, onFailure: rethrow })).rejects.toThrow('no 1');
    const lost = () => Promise.reject(new RangeError('lost'));
    const ignore = (): void => undefined;
    const retried = retry({ backoff: SHORT, attempt, onFailure: ignore, beforeRetry: lost });
    await expect(retried).rejects.toThrow(RangeError);
    expect(attempts).toBe(2);
  });
});
