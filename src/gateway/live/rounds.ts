import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../observability/log';
import { createFairQueue } from '../fair-queue';

/** Makes the values of all cohorts that are due at about the same time together. */
export interface Rounds<Context> {
  /**
   * Does the work in one of the next rounds, on a context that it shares with all others of the round: what they load
   * comes in one statement of each kind, however many they are. Rejects as the work does; the others are not concerned.
   * Rejects, too, when there is no context to be had.
   *
   * @param owner whose work it is: what waits is taken from each owner in turn
   */
  join(work: (context: Context) => Promise<void>, owner: string): Promise<void>;
}

interface Entry<Context> {
  readonly work: (context: Context) => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Two small rounds begin at least so far apart, so that they are not smaller than they need be. */
const GATHER_MS = 20;
/**
 * A round is no larger than this: sending the values of a hundred cohorts takes as long as making them, and those at the
 * end would be sent what was read before all the others were served.
 */
const MOST_AT_ONCE = 8;

/** While one round's values are being sent, the next one's may be read already. */
const MOST_UNDER_WAY = 2;

/**
 * What becomes due while as many rounds as may be are under way goes into the next. Whoever has much due, ten thousand
 * cohorts at once, does not stand in front of somebody who has little: a round takes from each in turn.
 */
export function createRounds<Context extends { close(): Promise<void> }>(
  contextFor: () => Context,
  log: Logger,
): Rounds<Context> {
  const waiting = createFairQueue<Entry<Context>>();
  let isGathering = false;
  let underWay = 0;
  let begunAt = -Infinity;

  async function untilDue(): Promise<void> {
    // A commit's words of change come in one behind the other: one turn later all of them are here.
    await nextTurn();
    const early = GATHER_MS - (performance.now() - begunAt);
    if (waiting.size < MOST_AT_ONCE && early > 0) await sleep(early);
  }

  async function gather(): Promise<void> {
    isGathering = true;
    await untilDue();
    isGathering = false;
    underWay += 1;
    begunAt = performance.now();
    const entries = waiting.take(MOST_AT_ONCE);
    const round = run(entries);
    goOn();
    try {
      await round;
    } catch (error) {
      log.warn({ err: error }, 'a round of live values could not be made, or not be ended');
      // Those who have been told how their work ended hear nothing of it any more.
      for (const { reject } of entries) reject(error);
    }
    // However a round ends, it makes room for the next: otherwise two bad ones would be the last.
    underWay -= 1;
    goOn();
  }

  async function run(entries: readonly Entry<Context>[]): Promise<void> {
    const context = contextFor();
    await Promise.all(entries.map((entry) => attempt(entry, context)));
    await context.close();
  }

  function goOn(): void {
    if (waiting.size > 0 && !isGathering && underWay < MOST_UNDER_WAY) void gather();
  }

  return {
    join: (work, owner) =>
      new Promise((resolve, reject) => {
        waiting.push(owner, { work, resolve, reject });
        goOn();
      }),
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
