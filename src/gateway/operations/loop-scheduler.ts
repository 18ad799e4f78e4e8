import { createLoneHolder } from '../../runtime/lone-holder';
import { createLoopQueue } from './loop-queue';

/**
 * Schedules work on the event loop cooperatively. Long work is cut into pieces, and each waits for an iteration of the loop:
 * between two of them the loop handles all other input. Holders are served in rotation.
 */
export interface LoopScheduler {
  /** Resolves in a later iteration of the loop. Other pieces begin in the same one only while it is short. */
  nextIteration(holder: string): Promise<void>;
  /** To be called before each piece: the same, except for the first light piece of an iteration, which begins at once. */
  yieldToLoop(holder: string, weight?: Weight): Promise<void>;
  /**
   * Whether a piece may begin without yielding: a light one, in an iteration that is still short and while no piece waits.
   */
  canContinue(holder: string, weight?: Weight): boolean;
}

/** Heavy pieces are the pieces of heavy work: after each of them the loop is left to others for a while. */
export type Weight = 'light' | 'heavy';

/** How long one iteration begins pieces. */
const LIGHT_MS = 4;
const HEAVY_MS = 2;

/** How long no heavy piece begins after an iteration of them: a multiple of its duration, up to a maximum. */
interface Pause {
  readonly times: number;
  readonly mostMs: number;
}
const AMONG_OTHERS: Pause = { times: 3, mostMs: 100 };
/** Requests that hit the cache do no work, and are not known here. */
const ALONE: Pause = { times: 0.1, mostMs: 4 };

export function createLoopScheduler(): LoopScheduler {
  const loneHolder = createLoneHolder(() => performance.now());
  /** Since when light pieces have begun in this iteration; undefined while none has. */
  let busySince: number | undefined;

  const light = createLoopQueue((iterationMs, serve) => {
    if (iterationMs < LIGHT_MS) return true;
    // setImmediate calls back after the loop has handled its input.
    setImmediate(serve);
    return false;
  });

  const heavy = createLoopQueue((iterationMs, serve) => {
    // A piece may take tenths of a millisecond: pausing after each would take most of the time.
    if (iterationMs < HEAVY_MS) return true;
    const { times, mostMs } = loneHolder.isAlone() ? ALONE : AMONG_OTHERS;
    const pauseMs = Math.min(iterationMs * times, mostMs);
    // No timer is shorter than a millisecond.
    if (pauseMs < 1) setImmediate(serve);
    else setTimeout(serve, pauseMs);
    return false;
  });

  function beginIteration(): number {
    setImmediate(() => (busySince = undefined));
    return (busySince = performance.now());
  }

  return {
    nextIteration(holder) {
      loneHolder.asks(holder);
      return light.wait(holder);
    },
    async yieldToLoop(holder, weight = 'light') {
      loneHolder.asks(holder);
      if (weight === 'heavy') return heavy.wait(holder);
      // A piece begins in a promise, so before a second one it is not known how long the first takes.
      if (busySince !== undefined || !light.isEmpty) return light.wait(holder);
      beginIteration();
    },
    canContinue(holder, weight = 'light') {
      if (weight === 'heavy' || !light.isEmpty) return false;
      loneHolder.asks(holder);
      return performance.now() - (busySince ?? beginIteration()) < LIGHT_MS;
    },
  };
}
