/**
 * Turns of the event loop. Work that takes long is cut into pieces, and each waits for a turn of its own: between two of
 * them everything else that has come in is dealt with. Those who work for different holders take turns.
 */
export interface Turns {
  /** Resolves in a later turn of the loop, in which nobody else who waits here begins anything. */
  next(holder: string): Promise<void>;
  /** To be called ahead of each piece: the same, unless this turn of the loop has only just begun. */
  giveWay(holder: string): Promise<void>;
}

/** Pieces go on in one turn for so long, in milliseconds. */
const PIECES_MS = 4;

export function createTurns(): Turns {
  /** In the order in which holders are served next; one without waiters is not here. */
  const waiting = new Map<string, (() => void)[]>();
  let isServing = false;
  /** Since when this turn of the loop has been working at pieces; undefined as long as it has not. */
  let busySince: number | undefined;

  function serve(): void {
    const [first] = waiting;
    if (first === undefined) return void (isServing = false);
    const [holder, waiters] = first;
    const begin = waiters.shift();
    waiting.delete(holder);
    if (waiters.length > 0) waiting.set(holder, waiters);
    // What is called for now comes after the loop has looked at what came in, however long the piece takes.
    setImmediate(serve);
    begin?.();
  }

  function next(holder: string): Promise<void> {
    return new Promise((resolve) => {
      const waiters = waiting.get(holder);
      if (waiters === undefined) waiting.set(holder, [resolve]);
      else waiters.push(resolve);
      if (isServing) return;
      isServing = true;
      setImmediate(serve);
    });
  }

  return {
    next,
    async giveWay(holder) {
      if (busySince === undefined) {
        busySince = performance.now();
        setImmediate(() => (busySince = undefined));
      } else if (performance.now() - busySince >= PIECES_MS) await next(holder);
    },
  };
}
