import type { PlatformConfig } from '../../config/platforms';

/** What bounds a platform's failures, beside what is configured for it. Times in milliseconds. */
export interface Limits {
  /** How often a question is tried before it is given up, where a retry could help. */
  readonly tries: number;
  /** About how long the first pause between two tries is; each is random, and grows. */
  readonly retryDelayMs: number;
  readonly longestRetryDelayMs: number;
  /** How many tries in a row must fail before the circuit opens, and nothing is asked. */
  readonly failuresUntilOpen: number;
  /** How long nothing is asked then, and after a 429 that does not say how long. */
  readonly coolDownMs: number;
  /** A longer Retry-After counts as this long. */
  readonly longestRetryAfterMs: number;
  /** How many questions in a row must fail before the platform counts as failing. */
  readonly failuresUntilFailing: number;
  /** How many questions may wait for the bulkhead. */
  readonly longestQueue: number;
  /** The longest body of an answer, in bytes. */
  readonly mostBytes: number;
  /** Within which every question is answered, waiting included. */
  readonly overallMs: number;
}

/** The usual ones: those that fit what is configured for the platform. */
export function usualLimits({ timeoutMs, concurrency, ratePerSecond }: PlatformConfig): Limits {
  const tries = 3;
  const longestRetryDelayMs = 1_000;
  const allTriesMs = tries * timeoutMs + (tries - 1) * longestRetryDelayMs;
  return {
    tries,
    retryDelayMs: 200,
    longestRetryDelayMs,
    failuresUntilOpen: 5,
    coolDownMs: 30_000,
    longestRetryAfterMs: 60 * 60_000,
    failuresUntilFailing: 3,
    longestQueue: 1_000,
    mostBytes: 65_536,
    // All tries, and room to wait for the bulkhead and for the rate limiter.
    overallMs: Math.ceil(allTriesMs + timeoutMs + (concurrency * 1_000) / ratePerSecond),
  };
}
