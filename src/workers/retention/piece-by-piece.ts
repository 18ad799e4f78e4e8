import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so many milliseconds, or until the process is to stop. */
export type Pause = (ms: number) => Promise<void>;

/** @param stopping ends each pause, also those that begin behind it */
export function createPause(stopping: AbortSignal): Pause {
  return (ms) =>
    sleep(ms, undefined, { signal: stopping }).catch((error: unknown) => {
      if (!stopping.aborted) throw error;
    });
}

export interface Pieces {
  /** Whether to begin no further piece: what was done by then stays done, and the rest is done the next time. */
  readonly isStopping: () => boolean;
  readonly pause: Pause;
}

/**
 * Does work in pieces, until one says that there is none behind it. As long as each took, the others have the database without it.
 *
 * @param piece @returns whether there may be more
 */
export async function pieceByPiece(
  { isStopping, pause }: Pieces,
  piece: () => Promise<boolean>,
): Promise<void> {
  let hasMore = true;
  while (hasMore && !isStopping()) {
    const begun = performance.now();
    hasMore = await piece();
    await pause(performance.now() - begun);
  }
}
