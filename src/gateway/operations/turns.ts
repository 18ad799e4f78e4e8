import { createLoneHolder } from '../../runtime/lone-holder';
import { createLine } from './line';

/**
 * Turns of the event loop. Work that takes long is cut into pieces, and each waits for a turn of its own: between two of
 * them everything else that has come in is dealt with. Those who work for different holders take turns.
 */
export interface Turns {
  /** Resolves in a later turn of the loop, in which others begin something only as long as it has not lasted long. */
  next(holder: string): Promise<void>;
  /** To be called ahead of each piece: the same, unless it is a light one and the first of this turn. */
  giveWay(holder: string, weight?: Weight): Promise<void>;
  /**
   * Whether a piece may be begun this instant: a light one, in a turn that has not lasted long and in which nobody waits.
   * Whoever may not has to give way.
   */
  mayGoOn(holder: string, weight?: Weight): boolean;
}

/** Whether a piece is one of many: behind each of those, everybody else has a while for themselves. */
export type Weight = 'light' | 'heavy';

/** Pieces go on in one turn for so long, in milliseconds. */
const LIGHT_MS = 4;
const HEAVY_MS = 2;

/**
 * How long nothing heavy is done behind a turn of it. As many times as long as that has lasted, and the most of it in
 * milliseconds.
 */
interface Rest {
  readonly times: number;
  readonly mostMs: number;
}
const AMONG_OTHERS: Rest = { times: 3, mostMs: 100 };
/** Readers of what is cached work at nothing, and are not known here. */
const ALONE: Rest = { times: 0.1, mostMs: 4 };
export function createTurns(): Turns {
  const loneHolder = createLoneHolder(() => performance.now());
  /** Since when light pieces have been begun in this turn; undefined as long as none has. */
  let busySince: number | undefined;

  const light = createLine((turnMs, serve) => {
    if (turnMs < LIGHT_MS) return true;
    // What is called for now comes after the loop has looked at what came in.
    setImmediate(serve);
    return false;
  });

  const heavy = createLine((turnMs, serve) => {
    // Pieces may be of tenths of a millisecond: a rest behind each would be most of the time.
    if (turnMs < HEAVY_MS) return true;
    const { times, mostMs } = loneHolder.isAlone() ? ALONE : AMONG_OTHERS;
    const restMs = Math.min(turnMs * times, mostMs);
    // No timer is shorter than a millisecond.
    if (restMs < 1) setImmediate(serve);
    else setTimeout(serve, restMs);
    return false;
  });

  function beBusy(): number {
    setImmediate(() => (busySince = undefined));
    return (busySince = performance.now());
  }

  return {
    next(holder) {
      loneHolder.asks(holder);
      return light.wait(holder);
    },
    async giveWay(holder, weight = 'light') {
      loneHolder.asks(holder);
      if (weight === 'heavy') return heavy.wait(holder);
      // It is begun in a promise: of a second nobody knows how long the first will take.
      if (busySince !== undefined || !light.isEmpty) return light.wait(holder);
      beBusy();
    },
    mayGoOn(holder, weight = 'light') {
      if (weight === 'heavy' || !light.isEmpty) return false;
      loneHolder.asks(holder);
      return performance.now() - (busySince ?? beBusy()) < LIGHT_MS;
    },
  };
}
