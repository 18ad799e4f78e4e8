/** Executes after every trigger, but not more often than allowed; the last trigger is never lost. */
export interface Throttle {
  trigger(): void;
  /** Delays the next execution by the full interval: the same was just executed elsewhere. */
  postpone(): void;
  stop(): void;
}

/** What an execution reports while it runs. */
export interface ExecutionStages {
  /** To be called when reading starts: later triggers are missed by this execution. The interval counts from here. */
  readonly started: () => void;
  /**
   * To be called whenever a value is made. The rest afterwards does not count the sending: sending yields to other work
   * by itself, and ten thousand subscribers of one event would get fewer values than ten.
   */
  readonly valueMade: () => void;
}

/** An execution that waited for an unavailable database must not delay the next one much longer than that. */
const MAX_REST_MS = 1_000;

/**
 * The first trigger after a quiet time executes at once. Triggers that come too early, or during an execution, are
 * coalesced into one more. Executions never overlap, so the versions read never go backwards. After a slow execution the
 * throttle rests as long as it took, up to a second, which leaves others half of the time whatever was selected.
 */
export function createThrottle(
  intervalMs: number,
  execute: (stages: ExecutionStages) => Promise<void>,
): Throttle {
  let isTriggered = false;
  let isExecuting = false;
  let isStopped = false;
  let nextStartAt = -Infinity;
  let startedAt = -Infinity;
  let madeAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  function next(): void {
    if (!isTriggered || isExecuting || isStopped || timer !== undefined) return;
    const wait = nextStartAt - performance.now();
    if (wait <= 0) void run();
    else timer = setTimeout(() => void run(), wait);
  }

  function started(): void {
    isTriggered = false;
    startedAt = performance.now();
    nextStartAt = startedAt + intervalMs;
  }

  function valueMade(): void {
    madeAt = performance.now();
  }

  function rest(): void {
    const now = performance.now();
    nextStartAt = Math.max(nextStartAt, now + Math.min((madeAt ?? now) - startedAt, MAX_REST_MS));
  }

  async function run(): Promise<void> {
    timer = undefined;
    isExecuting = true;
    // An execution that ends without having started is retried, but only after the interval.
    startedAt = performance.now();
    nextStartAt = startedAt + intervalMs;
    madeAt = undefined;
    await execute({ started, valueMade });
    rest();
    isExecuting = false;
    next();
  }

  return {
    trigger() {
      isTriggered = true;
      next();
    },
    postpone() {
      // An execution that is already due is not delayed further.
      if (!isTriggered) nextStartAt = performance.now() + intervalMs;
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
