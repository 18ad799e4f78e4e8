import { createFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';

/** What work resolves with where somebody else does it: then nothing is known of whether it could be done. */
export const NOT_DONE = Symbol('not done');

/** Work that is repeated, never twice at the same time. */
export interface Periodic {
  start(): void;
  /** Begins no further repetition; resolves when the current one is over. */
  stop(): Promise<void>;
}

export interface PeriodicOptions {
  readonly name: string;
  readonly everyMs: number;
  /** How long after the start it is done for the first time; at once when left out. */
  readonly firstAfterMs?: number;
  readonly work: () => Promise<unknown>;
  readonly log: Logger;
}

/** A repetition that fails is retried when the next is due; the first failure and the end of the fault are logged. */
export function createPeriodic({ name, everyMs, firstAfterMs = 0, work, log }: PeriodicOptions): Periodic {
  const texts = { begins: 'periodic work failed', ends: 'periodic work is done again' };
  const fault = createFaultLog(log, texts, { work: name });
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  let isStopped = false;

  async function run(): Promise<void> {
    try {
      if ((await work()) !== NOT_DONE) fault.worked();
    } catch (error) {
      fault.failed(error);
    }
    if (!isStopped) timer = setTimeout(next, everyMs);
  }

  function next(): void {
    round = run();
  }

  return {
    start() {
      if (firstAfterMs === 0) next();
      else timer = setTimeout(next, firstAfterMs);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
      return round;
    },
  };
}
