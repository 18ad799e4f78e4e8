import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a promise is fulfilled or rejected before so many milliseconds have passed. Never rejects. */
export async function settlesWithin(limitMs: number, promise: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const late = sleep(limitMs, false, { signal: timer.signal, ref: false }).catch(() => false);
  try {
    return await Promise.race([settled, late]);
  } finally {
    timer.abort();
  }
}
