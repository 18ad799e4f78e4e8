import { setImmediate as yieldToLoop, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../observability/log';
import type { Traceparent } from '../../observability/traces/span';
import type { TracedWork, Tracer } from '../../observability/traces/tracer';
import { createFairQueue } from '../fair-queue';

/** Executes the cohorts that are due at about the same time in one tick. */
export interface TickScheduler<Context> {
  /**
   * Does the work in one of the next ticks, on a context that the whole tick shares: its loaders read for all of it in
   * one statement of each kind. Rejects as the work does, which does not affect the others, and when the tick has no
   * context.
   *
   * @param owner whose work it is: a tick takes from each owner in turn
   * @param causes what it is due to, asked when the tick begins, and only where ticks are traced
   */
  schedule(
    work: (context: Context) => Promise<void>,
    owner: string,
    causes?: () => readonly Traceparent[],
  ): Promise<void>;
}

interface Entry<Context> {
  readonly work: (context: Context) => Promise<void>;
  readonly causes: () => readonly Traceparent[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Ticks that are not full start at least this far apart, so that each gathers more work. */
const TICK_INTERVAL_MS = 20;
/**
 * Work per tick. Sending the values of a hundred cohorts takes as long as executing them; the last ones would be sent
 * what was read before all the others were served.
 */
const MAX_PER_TICK = 8;

/** The next tick may read while the values of one are sent. */
const MAX_CONCURRENT_TICKS = 2;

/**
 * Work that becomes due while the maximum of ticks runs goes into the next one. An owner of ten thousand due cohorts does
 * not delay an owner of few: a tick takes from each in turn.
 */
export function createTickScheduler<Context extends { close(): Promise<void> }>(
  contextFor: () => Context,
  log: Logger,
  tracer?: Tracer,
): TickScheduler<Context> {
  const waiting = createFairQueue<Entry<Context>>();
  let isGathering = false;
  let running = 0;
  let startedAt = -Infinity;

  async function untilDue(): Promise<void> {
    // The changes of one commit arrive one after the other: after one iteration of the loop all of them are here.
    await yieldToLoop();
    const early = TICK_INTERVAL_MS - (performance.now() - startedAt);
    if (waiting.size < MAX_PER_TICK && early > 0) await sleep(early);
  }

  async function gather(): Promise<void> {
    isGathering = true;
    await untilDue();
    isGathering = false;
    running += 1;
    startedAt = performance.now();
    const entries = waiting.take(MAX_PER_TICK);
    const tick = tracer === undefined ? run(entries) : tracer.begin(tracedTick(entries), () => run(entries));
    startNext();
    try {
      await tick;
    } catch (error) {
      log.warn({ err: error }, 'the context of a tick of live values could not be created or closed');
      // No effect on entries that have settled.
      for (const { reject } of entries) reject(error);
    }
    // A failed tick frees its slot, too: otherwise two of them would be the last.
    running -= 1;
    startNext();
  }

  async function run(entries: readonly Entry<Context>[]): Promise<void> {
    const context = contextFor();
    await Promise.all(entries.map((entry) => attempt(entry, context)));
    await context.close();
  }

  function startNext(): void {
    if (waiting.size > 0 && !isGathering && running < MAX_CONCURRENT_TICKS) void gather();
  }

  return {
    schedule: (work, owner, causes = none) =>
      new Promise((resolve, reject) => {
        waiting.push(owner, { work, causes, resolve, reject });
        startNext();
      }),
  };
}

const none = (): readonly Traceparent[] => [];

function tracedTick<Context>(entries: readonly Entry<Context>[]): TracedWork {
  return {
    name: 'tick',
    kind: 'consumer',
    causes: [...new Set(entries.flatMap(({ causes }) => causes()))],
    attributes: { 'analytics.cohorts': entries.length },
  };
}

async function attempt<Context>({ work, resolve, reject }: Entry<Context>, context: Context): Promise<void> {
  try {
    await work(context);
    resolve();
  } catch (error) {
    reject(error);
  }
}
