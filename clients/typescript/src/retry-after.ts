import { untilAborted } from './aborting';
import { LONGEST_TIMEOUT_MS } from './environment';
import { AnalyticsError } from './error';

/** Asking once more where the service has said after how long that is worth it. */
export interface Retries {
  /** @param signal ends the wait; it then rejects with the signal's reason */
  askAgainWhenTold<Answer>(ask: () => Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer>;
  /** Ends all waits: what was refused stays so, also from now on. */
  end(): void;
}

/** @param longestMs what is not waited for longer than */
export function createRetries(longestMs: number): Retries {
  /** What ends each wait. */
  const ends = new Set<() => void>();
  let hasEnded = false;

  /** @returns whether the time has come; it has not where all waits were ended */
  async function pause(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
    let end = (): void => undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isTime = new Promise<boolean>((resolve) => {
      end = () => resolve(false);
      timer = setTimeout(() => resolve(true), Math.min(ms, LONGEST_TIMEOUT_MS));
    });
    ends.add(end);
    try {
      return await untilAborted(isTime, signal);
    } finally {
      clearTimeout(timer);
      ends.delete(end);
    }
  }

  return {
    async askAgainWhenTold(ask, signal) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof AnalyticsError) || error.retryAfterMs === undefined) throw error;
        if (hasEnded || error.retryAfterMs > longestMs) throw error;
        if (!(await pause(error.retryAfterMs, signal))) throw error;
        return ask();
      }
    },
    end() {
      hasEnded = true;
      for (const end of ends) end();
    },
  };
}
