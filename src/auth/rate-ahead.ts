import { LRUCache } from 'lru-cache';
import type { RateLimiter, RateState } from './rate';

/** So small a part of what is left may a process let pass without telling the others: the last ones it never may. */
const PART = 1 / 16;
/** Of so many keys it is known; who is forgotten is asked for. */
const KEYS = 10_000;

/** What is known of a key's window since all processes were last asked. */
interface Window {
  /** By `performance.now()`. */
  readonly until: number;
  readonly remaining: number;
  /** What may be let pass from then on, and what has been, whether it is being told meanwhile or not. */
  readonly ahead: number;
  passed: number;
  /** What of it has yet to be told. */
  untold: number;
}

/**
 * Counts in this process, and tells the others from time to time: a question to Redis takes as much of the processor as half
 * of a small GraphQL request, and a turn of waiting. What is counted here is known to the others before it is more
 * than a sixteenth of what was left; so for each process beside the first up to a sixteenth more than the rate may pass, and
 * by one process as much where many come at once, while the others are being told.
 *
 * @param takeShared counts for all processes
 */
export function countAhead(takeShared: RateLimiter['take']): RateLimiter['take'] {
  const windows = new LRUCache<string, Window>({ max: KEYS });

  async function tell(key: string, points: number): Promise<RateState> {
    const state = await takeShared(key, points);
    // What has passed while this was being told is told the next time.
    const untold = windows.get(key)?.untold ?? 0;
    if (!state.isAllowed) windows.delete(key);
    else
      windows.set(key, {
        until: performance.now() + state.resetMs,
        remaining: state.remaining,
        ahead: Math.floor(state.remaining * PART),
        passed: untold,
        untold,
      });
    return state;
  }

  return async (key, points) => {
    const window = windows.get(key);
    const resetMs = window === undefined ? 0 : window.until - performance.now();
    if (window === undefined || resetMs <= 0) {
      // What passed in a window that has ended is not counted in the next one.
      windows.delete(key);
      return tell(key, points);
    }
    const passed = window.passed + points;
    if (passed > window.ahead) {
      const untold = window.untold + points;
      window.untold = 0;
      return tell(key, untold);
    }
    window.passed = passed;
    window.untold += points;
    return { isAllowed: true, remaining: window.remaining - passed, resetMs };
  };
}
