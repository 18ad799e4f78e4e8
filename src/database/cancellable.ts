import type { Sql } from './database';

/**
 * Statements for an asker that may go: once the signal is aborted no further one is sent, and the asker does not wait
 * for the one under way, which the server ends by its own limit.
 *
 * @returns rejects with the signal's reason
 */
export function cancellable(sql: Sql, signal: AbortSignal): Sql {
  return {
    isDistributed: sql.isDistributed,
    query: (...statement) => unlessAborted(signal, () => sql.query(...statement)),
    execute: (...statement) => unlessAborted(signal, () => sql.execute(...statement)),
  };
}

/** The same for one question of any kind. */
export async function unlessAborted<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', onAbort, { once: true });
    stop = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([ask(), aborted]);
  } finally {
    stop();
  }
}
