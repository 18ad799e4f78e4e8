import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface WaitOptions {
  /** What is waited for, to end the sentence "Waited 5000 ms in vain for …". */
  readonly what: string;
  readonly timeoutMs: number;
  /** The pause between two looks, in milliseconds. */
  readonly everyMs?: number;
}

type Truthy<T> = Exclude<T, false | 0 | '' | null | undefined>;

/**
 * Asks until the condition holds, and returns what it answered. A condition that throws does not hold yet.
 * @throws Error naming what was waited for, once the time is over; its cause is what the condition threw last
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs, everyMs = 25 }: WaitOptions,
): Promise<Truthy<T>> {
  const deadline = Date.now() + timeoutMs;
  let lastAnswer = 'it was never answered';
  let cause: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await within(deadline - Date.now(), condition);
      if (answer === TOO_LATE) break;
      if (isTruthy(answer)) return answer;
      lastAnswer = `the last answer was ${inspect(answer)}`;
      cause = undefined;
    } catch (error) {
      lastAnswer = `the last attempt failed: ${error instanceof Error ? error.message : String(error)}`;
      cause = error;
    }
    await pause(everyMs);
  }
  throw new Error(`Waited ${timeoutMs} ms in vain for ${what}; ${lastAnswer}.`, { cause });
}

const TOO_LATE = Symbol('too late');

/** A condition that never answers must not outlive the time that it was given. */
async function within<T>(limitMs: number, condition: () => T | Promise<T>): Promise<T | typeof TOO_LATE> {
  const timer = new AbortController();
  try {
    return await Promise.race([condition(), pause(limitMs, TOO_LATE, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

function isTruthy<T>(answer: T): answer is Truthy<T> & T {
  return Boolean(answer);
}
