import { LRUCache } from 'lru-cache';
import type { RateLimiter, RateState } from './rate';

/** The part of the remaining points that a process may admit before it writes its count to Redis. */
const PART = 1 / 16;
/** How many keys have a window here; for an evicted one Redis is asked. */
const KEYS = 10_000;

/** A key's window as Redis last returned it, and what this process has admitted since. */
interface Window {
  /** By `performance.now()`. */
  readonly until: number;
  readonly remaining: number;
  /** What may be admitted since then, and what has been, whether it is being written or not. */
  readonly ahead: number;
  passed: number;
  /** What of it has yet to be written. */
  unwritten: number;
}

/**
 * Counts in this process, and writes the count to Redis from time to time: each command takes as much of the processor as half
 * a small GraphQL request, and a round trip. The count is written before it exceeds a sixteenth of what was left. So each
 * further process may admit up to a sixteenth more than the rate, and so may one process for simultaneous requests, while
 * its count is being written.
 *
 * @param takeShared counts for all processes
 */
export function countAhead(takeShared: RateLimiter['take']): RateLimiter['take'] {
  const windows = new LRUCache<string, Window>({ max: KEYS });

  async function write(key: string, points: number): Promise<RateState> {
    const state = await takeShared(key, points);
    // What was admitted during this command is written by the next one.
    const unwritten = windows.get(key)?.unwritten ?? 0;
    if (!state.isAllowed) windows.delete(key);
    else
      windows.set(key, {
        until: performance.now() + state.resetMs,
        remaining: state.remaining,
        ahead: Math.floor(state.remaining * PART),
        passed: unwritten,
        unwritten,
      });
    return state;
  }

  return async (key, points) => {
    const window = windows.get(key);
    const resetMs = window === undefined ? 0 : window.until - performance.now();
    if (window === undefined || resetMs <= 0) {
      // What was admitted in a window that has ended does not count in the next one.
      windows.delete(key);
      return write(key, points);
    }
    const passed = window.passed + points;
    if (passed > window.ahead) {
      const unwritten = window.unwritten + points;
      window.unwritten = 0;
      return write(key, unwritten);
    }
    window.passed = passed;
    window.unwritten += points;
    return { isAllowed: true, remaining: window.remaining - passed, resetMs };
  };
}
