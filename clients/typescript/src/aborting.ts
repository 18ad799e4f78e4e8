/** What each signal calls back. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when the signal aborts. One signal may end very many waits and loops, and Node warns of more than ten listeners to
 * one: there is one for all.
 *
 * @returns forgets it
 */
export function whenAborted(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = waiting.get(signal) ?? listenTo(signal);
  const own = (): void => callback();
  callbacks.add(own);
  return () => void callbacks.delete(own);
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>();
  waiting.set(signal, callbacks);
  signal.addEventListener(
    'abort',
    () => {
      for (const callback of [...callbacks]) callback();
    },
    { once: true },
  );
  return callbacks;
}

/** What is waited for, until the signal aborts: it then rejects with the signal's reason, whatever becomes of the other. */
export function untilAborted<Value>(
  waitedFor: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return waitedFor;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    const forget = whenAborted(signal, stop);
    waitedFor.finally(forget).then(resolve, reject);
    if (signal.aborted) stop();
  });
}
