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
  /** In the order in which holders are served next; one without waiters is not here. */
  const waiting = new Map<string, (() => void)[]>();
  let isServing = false;

  function serve(): void {
    serveOne(performance.now());
  }

  function serveOne(begunAt: number): void {
    const [first] = waiting;
    if (first === undefined) return void (isServing = false);
    const [holder, waiters] = first;
    const begin = waiters.shift();
    waiting.delete(holder);
    if (waiters.length > 0) waiting.set(holder, waiters);
    begin?.();
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
        const waiters = waiting.get(holder);
        if (waiters === undefined) waiting.set(holder, [resolve]);
        else waiters.push(resolve);
        if (isServing) return;
        isServing = true;
        setImmediate(serve);
      }),
    get isEmpty() {
      return waiting.size === 0;
    },
  };
}
