import { setTimeout as sleep } from 'node:timers/promises';

/** The pauses between attempts: each twice as long as the one before, from the first to the longest. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * The pause after a failure, in milliseconds: between half and all of the backoff's, at random, so that processes that
 * failed together do not retry together.
 *
 * @param failures in a row, this one included
 */
export function pauseMs({ firstMs, longestMs }: Backoff, failures: number): number {
  const pause = Math.min(firstMs * 2 ** (failures - 1), longestMs);
  return Math.round(pause * (0.5 + Math.random() / 2));
}

export interface RetryOptions<T> {
  readonly backoff: Backoff;
  readonly attempt: () => Promise<T>;
  /** Called after each failure, before the pause. What it throws ends the retrying. */
  readonly onFailure: (error: unknown) => void;
  /** Called after each pause: the work may not be the caller's any more. What it throws ends the retrying. */
  readonly beforeRetry?: () => Promise<void>;
}

/** Attempts without a limit until one succeeds. */
export async function retry<T>({ backoff, attempt, onFailure, beforeRetry }: RetryOptions<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      onFailure(error);
    }
    await sleep(pauseMs(backoff, failures));
    await beforeRetry?.();
  }
}
