import { createFairQueue } from '../fair-queue';

/** Those who wait for a turn of the event loop. Who waits for one holder takes turns with those who wait for another. */
export interface Line {
  /** Resolves in a later turn of the loop. */
  wait(holder: string): Promise<void>;
  readonly isEmpty: boolean;
}

/**
 * @param goOn told, when a piece is over, how long this turn has lasted in milliseconds: returns true to have the next piece
 *   begun in the same turn, or calls what it is given when it may be begun in another
 */
export function createLine(goOn: (turnMs: number, serve: () => void) => boolean): Line {
  const waiting = createFairQueue<() => void>();
  let isServing = false;

  function serve(): void {
    serveOne(performance.now());
  }

  function serveOne(begunAt: number): void {
    const [begin] = waiting.take(1);
    if (begin === undefined) return void (isServing = false);
    begin();
    // A piece goes on in promises. Ticks that these ask for come when none of them has anything left to do.
    queueMicrotask(() =>
      process.nextTick(() => {
        if (goOn(performance.now() - begunAt, serve)) serveOne(begunAt);
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
