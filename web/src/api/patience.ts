const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * Waits longer with every attempt, and not in step with other readers of a gateway that went away; but being online
 * again, or looked at again, is a reason to try at once.
 */
export function untilWorthRetrying(attempt: number): Promise<void> {
  const limit = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  const reasons = new AbortController();
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      reasons.abort();
      resolve();
    };
    const timer = setTimeout(go, limit * (0.5 + Math.random() / 2));
    addEventListener('online', go, reasons);
    document.addEventListener(
      'visibilitychange',
      () => document.visibilityState === 'visible' && go(),
      reasons,
    );
  });
}
