import { createFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';

/** Something done again and again, never twice at the same time. */
export interface Periodic {
  start(): void;
  /** Begins no further round; resolves when the one in hand is over. */
  stop(): Promise<void>;
}

export interface PeriodicOptions {
  readonly name: string;
  readonly everyMs: number;
  readonly work: () => Promise<unknown>;
  readonly log: Logger;
}

/** A round that fails is tried again when the next is due; the log hears of the first, and of the end. */
export function createPeriodic({ name, everyMs, work, log }: PeriodicOptions): Periodic {
  const words = { begins: 'periodic work failed', ends: 'periodic work is done again' };
  const fault = createFaultLog(log, words, { work: name });
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  let isStopped = false;

  async function run(): Promise<void> {
    try {
      await work();
      fault.worked();
    } catch (error) {
      fault.failed(error);
    }
    if (!isStopped) timer = setTimeout(next, everyMs);
  }

  function next(): void {
    round = run();
  }

  return {
    start: next,
    stop() {
      isStopped = true;
      clearTimeout(timer);
      return round;
    },
  };
}
