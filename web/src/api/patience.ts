import { whenDatabaseIsBack } from './database';

const FIRST_MS = 500;
const LONGEST_MS = 15_000;
/** Waits longer with every attempt, and not in step with other readers of a gateway that went away. */
export function untilWorthRetrying(attempt: number): Promise<void> {
  const limit = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return new Promise((resolve) => void whenWorthRetrying(limit * (0.5 + Math.random() / 2), resolve));
}

/**
 * Calls back after a while; at once when the browser is online again, or is looked at again, or the service's database
 * is back: all of them are reasons to try.
 *
 * @returns calls it off
 */
export function whenWorthRetrying(afterMs: number, retry: () => void): () => void {
  const reasons = new AbortController();
  const callOff = (): void => {
    clearTimeout(timer);
    reasons.abort();
    leaveDatabase();
  };
  const go = (): void => {
    callOff();
    retry();
  };
  const timer = setTimeout(go, afterMs);
  const leaveDatabase = whenDatabaseIsBack(go);
  addEventListener('online', go, reasons);
  document.addEventListener(
    'visibilitychange',
    () => document.visibilityState === 'visible' && go(),
    reasons,
  );
  return callOff;
}
