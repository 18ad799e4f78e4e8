import type { Logger } from '../platform/log';

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

/** A round that fails is logged, and tried again when the next is due. */
export function createPeriodic({ name, everyMs, work, log }: PeriodicOptions): Periodic {
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  let isStopped = false;

  async function run(): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn({ err: error, work: name }, 'periodic work failed');
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
