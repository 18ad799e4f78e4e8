import type { PlatformConfig } from '../../config/platforms';

/** What bounds a platform's failures, beside what is configured for it. Times in milliseconds. */
export interface Limits {
  /** How often a question is put before it is given up, where putting it again could help. */
  readonly tries: number;
  /** About how long the first pause between two tries is; each is drawn by lot, and grows. */
  readonly retryDelayMs: number;
  readonly longestRetryDelayMs: number;
  /** How many tries in a row must fail before the circuit opens, and nothing is asked. */
  readonly failuresThatOpen: number;
  /** How long nothing is asked then, and after a 429 that does not say how long. */
  readonly coolDownMs: number;
  /** The longest that a Retry-After is heeded. */
  readonly longestHoldMs: number;
  /** How many questions in a row must be asked in vain before the platform counts as failing. */
  readonly failuresThatTell: number;
  /** How many questions may wait for one of those under way to end. */
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
  const wholeRound = tries * timeoutMs + (tries - 1) * longestRetryDelayMs;
  return {
    tries,
    retryDelayMs: 200,
    longestRetryDelayMs,
    failuresThatOpen: 5,
    coolDownMs: 30_000,
    longestHoldMs: 60 * 60_000,
    failuresThatTell: 3,
    longestQueue: 1_000,
    mostBytes: 65_536,
    // A whole round, and room to wait for a place in it and for a turn of the pace.
    overallMs: Math.ceil(wholeRound + timeoutMs + (concurrency * 1_000) / ratePerSecond),
  };
}
