/**
 * Turns of the event loop. Work that takes long is cut into pieces, and each waits for a turn of its own: between two of
 * them everything else that has come in is dealt with. Those who work for different holders take turns.
 */
export interface Turns {
  /** Resolves in a later turn of the loop, in which others begin something only as long as it has not lasted long. */
  next(holder: string): Promise<void>;
  /** To be called ahead of each piece: the same, unless it is the first of this turn. */
  giveWay(holder: string): Promise<void>;
}

/** Pieces go on in one turn for so long, in milliseconds. */
const PIECES_MS = 4;

/**
 * Behind a long piece everybody else has a while for themselves: whoever reads little asks the database a dozen times, and
 * would wait for a piece of somebody else's each time. A part of what the piece took, and the most of it in milliseconds.
 */
interface Rest {
  readonly part: number;
  readonly mostMs: number;
}
const REST_AMONG_OTHERS: Rest = { part: 0.5, mostMs: 30 };
/** Readers of what is cached work at nothing, and are not known here. */
const REST_ALONE: Rest = { part: 0.1, mostMs: 4 };
/** Another holder is there if it has had something to do so lately. */
const OTHERS_MS = 1_000;

export function createTurns(): Turns {
  /** In the order in which holders are served next; one without waiters is not here. */
  const waiting = new Map<string, (() => void)[]>();
  let isServing = false;
  let latestHolder = '';
  let changedHolderAt = -Infinity;
  /** Whether a piece has been begun in this turn of the loop: of a second nobody knows how long the first will take. */
  let isBusy = false;

  function serve(): void {
    const begun = performance.now();
    serveOne(() => {
      const tookMs = performance.now() - begun;
      if (waiting.size === 0) isServing = false;
      else if (tookMs < PIECES_MS) return true;
      // What is called for now comes after the loop has looked at what came in.
      else setImmediate(() => rest(tookMs));
      return false;
    });
  }

  /** @param hasTime asked once the piece is over, which goes on in promises: whether the next is begun in the same turn */
  function serveOne(hasTime: () => boolean): void {
    const [first] = waiting;
    if (first === undefined) return void (isServing = false);
    const [holder, waiters] = first;
    const begin = waiters.shift();
    waiting.delete(holder);
    if (waiters.length > 0) waiting.set(holder, waiters);
    begin?.();
    // Ticks that promises ask for come when no promise has anything left to do.
    queueMicrotask(() =>
      process.nextTick(() => {
        if (hasTime()) serveOne(hasTime);
      }),
    );
  }

  function rest(pieceMs: number): void {
    const areOthersHere = performance.now() - changedHolderAt < OTHERS_MS;
    const { part, mostMs } = areOthersHere ? REST_AMONG_OTHERS : REST_ALONE;
    setTimeout(serve, Math.min(pieceMs * part, mostMs));
  }

  function note(holder: string): void {
    if (holder !== latestHolder) changedHolderAt = performance.now();
    latestHolder = holder;
  }

  function next(holder: string): Promise<void> {
    note(holder);
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
      note(holder);
      if (isBusy || waiting.size > 0) return next(holder);
      isBusy = true;
      setImmediate(() => (isBusy = false));
    },
  };
}
