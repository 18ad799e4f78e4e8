import { LONGEST_TIMEOUT_MS } from './environment';
import { AnalyticsError } from './error';

/**
 * Asks, and once more where the service has said after how long that is worth it.
 *
 * @param longestMs what is not waited for longer than
 * @param signal ends the wait; it then rejects with the signal's reason
 */
export async function askAgainWhenTold<Answer>(
  ask: () => Promise<Answer>,
  longestMs: number,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof AnalyticsError) || error.retryAfterMs === undefined) throw error;
    if (error.retryAfterMs > longestMs) throw error;
    await pause(error.retryAfterMs, signal);
    return ask();
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      },
      Math.min(ms, LONGEST_TIMEOUT_MS),
    );
    signal?.addEventListener('abort', stop, { once: true });
  });
}
