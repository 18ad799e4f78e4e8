/**
 * What is waited for, until the signal aborts: it then rejects with the signal's reason, whatever becomes of the other.
 */
export function untilAborted<Value>(
  waiting: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return waiting;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    const forget = (): void => signal.removeEventListener('abort', stop);
    signal.addEventListener('abort', stop, { once: true });
    waiting.finally(forget).then(resolve, reject);
    if (signal.aborted) stop();
  });
}
