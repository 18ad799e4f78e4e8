import { createFairQueue } from '../fair-queue';

/** Pieces of work that wait for an iteration of the event loop. Holders are served in rotation. */
export interface LoopQueue {
  /** Resolves in a later iteration of the loop. */
  wait(holder: string): Promise<void>;
  readonly isEmpty: boolean;
}

/**
 * @param canContinue called after each piece with the duration of this iteration: returns true to begin the next piece in the
 *   same iteration, or calls `serve` when the next one may begin
 */
export function createLoopQueue(canContinue: (iterationMs: number, serve: () => void) => boolean): LoopQueue {
  const waiting = createFairQueue<() => void>();
  let isServing = false;

  function serve(): void {
    serveOne(performance.now());
  }

  function serveOne(begunAt: number): void {
    const [begin] = waiting.take(1);
    if (begin === undefined) return void (isServing = false);
    begin();
    // A piece continues in promises. A tick requested by one of them runs when all of them have settled.
    queueMicrotask(() =>
      process.nextTick(() => {
        if (canContinue(performance.now() - begunAt, serve)) serveOne(begunAt);
      }),
    );
  }

  return {
    wait: (holder) =>
      new Promise((resolve) => {
        waiting.push(holder, resolve);
        if (isServing) return;
        isServing = true;
        setImmediate(serve);
      }),
    get isEmpty() {
      return waiting.size === 0;
    },
  };
}
