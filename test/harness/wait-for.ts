import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface WaitOptions {
  /** What is waited for, to end the sentence "Waited 5000 ms in vain for …". */
  readonly what: string;
  /** The timeout on an idle machine, while the condition's answer does not change. */
  readonly timeoutMs: number;
  /** The pause between two checks. */
  readonly everyMs?: number;
}

type Truthy<T> = Exclude<T, false | 0 | '' | null | undefined>;

/**
 * Asks until the condition holds, and returns what it answered. A condition that throws does not hold yet. The time
 * restarts with each answer that differs from the previous one: a number that still grows is progress.
 * @throws Error naming what was waited for, once the time is over; its cause is what the condition threw last
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs, everyMs = 25 }: WaitOptions,
): Promise<Truthy<T>> {
  let since = performance.now();
  const leftMs = (): number => since + onThisMachine(timeoutMs) - performance.now();
  let lastAnswer = 'it was never answered';
  let cause: unknown;
  const hear = (answer: string): void => {
    if (answer !== lastAnswer) since = performance.now();
    lastAnswer = answer;
  };
  while (leftMs() > 0) {
    try {
      const answer = await within(leftMs(), condition);
      if (answer === TOO_LATE) break;
      if (isTruthy(answer)) return answer;
      hear(`the last answer was ${inspect(answer)}`);
      cause = undefined;
    } catch (error) {
      hear(`the last attempt failed: ${error instanceof Error ? error.message : String(error)}`);
      cause = error;
    }
    await pause(everyMs);
  }
  throw new Error(`Waited ${timeoutMs} ms in vain for ${what}; ${lastAnswer}.`, { cause });
}

/** The limit of jest.config.js must not come first: it does not say what was waited for. */
const LONGEST_EXTENDED_MS = 100_000;

/** With four processes for each processor, each is a quarter as fast, and given four times as long. */
function onThisMachine(timeoutMs: number): number {
  const extended = timeoutMs * ((loadavg()[0] ?? 0) / availableParallelism());
  return Math.max(timeoutMs, Math.min(extended, LONGEST_EXTENDED_MS));
}

const TOO_LATE = Symbol('too late');

/** Limits a condition that never resolves. */
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
