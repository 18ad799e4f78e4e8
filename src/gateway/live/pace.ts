/** Runs something after every trigger, but not more often than it may; the last trigger is never lost. */
export interface Pace {
  trigger(): void;
  /** The same has just been done in another way: the next run waits its time. */
  hold(): void;
  stop(): void;
}

/** What a run tells while it goes on. */
export interface RunStages {
  /** To be called at the moment from which on it would miss what is triggered; the next run waits from there. */
  readonly begin: () => void;
  /**
   * To be called whenever a value is made. A run does not rest for the time that sending takes afterwards: sending lets
   * other work pass by itself, and ten thousand readers of one event would otherwise get fewer values than ten.
   */
  readonly made: () => void;
}

/** What waited for a database that was away is not kept waiting much longer once it is back. */
const LONGEST_REST_MS = 1_000;

/**
 * The first trigger after a quiet time runs at once; those that come while it is too early to run again, or while a
 * run is under way, come to one run more. Runs never overlap, so what they read never goes backwards. What takes long
 * to make rests as long again, up to a second: it leaves others half of the time, whatever is asked of it.
 */
export function createPace(everyMs: number, run: (stages: RunStages) => Promise<void>): Pace {
  let isWanted = false;
  let isRunning = false;
  let isStopped = false;
  let mayRunAt = -Infinity;
  let begunAt = -Infinity;
  let madeAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  function next(): void {
    if (!isWanted || isRunning || isStopped || timer !== undefined) return;
    const wait = mayRunAt - performance.now();
    if (wait <= 0) void go();
    else timer = setTimeout(() => void go(), wait);
  }

  function begin(): void {
    isWanted = false;
    begunAt = performance.now();
    mayRunAt = begunAt + everyMs;
  }

  function made(): void {
    madeAt = performance.now();
  }

  function rest(): void {
    const now = performance.now();
    mayRunAt = Math.max(mayRunAt, now + Math.min((madeAt ?? now) - begunAt, LONGEST_REST_MS));
  }

  async function go(): Promise<void> {
    timer = undefined;
    isRunning = true;
    // A run that ends without having begun is tried again, but not in a circle without a pause.
    begunAt = performance.now();
    mayRunAt = begunAt + everyMs;
    madeAt = undefined;
    await run({ begin, made });
    rest();
    isRunning = false;
    next();
  }

  return {
    trigger() {
      isWanted = true;
      next();
    },
    hold() {
      // A run that somebody waits for already is not put off any further.
      if (!isWanted) mayRunAt = performance.now() + everyMs;
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
