import type { ShareLimits } from '../config/limits';
import { AppError, tooManyRequests } from '../errors';

/** How many operations are under way and waiting, of all holders together. */
export interface ShareCounts {
  readonly running: number;
  readonly waiting: number;
}

/** What may be done at the moment, on behalf of a holder. */
export interface Share {
  /** The work is over, and somebody else may begin. */
  readonly worked: () => void;
  /**
   * What came of it has been taken in as well, and the holder may begin something else: whoever leaves answers unread keeps
   * nobody else waiting by it. It ends the work, too; both may be called again without harm.
   */
  readonly giveBack: () => void;
}

/** A fair share of what can be done at a time: no holder can take it all, and those who wait are served in turns. */
export interface Shares {
  /**
   * Resolves when the holder may begin.
   *
   * @param holder who asks: each gets the same, however many ask on its behalf
   * @param cost of the work; of what is heavy only so much is under way that what is light always finds room
   * @param gone ends the waiting: nobody is left to answer
   * @throws AppError TOO_MANY_REQUESTS when too many of the same holder wait already; SERVICE_OVERLOADED when the wait
   *   takes too long; DATABASE_UNAVAILABLE when nobody at all has come to an end meanwhile; the signal's reason when it
   *   is aborted
   */
  take(holder: string, cost: number, gone: AbortSignal): Promise<Share>;
  readonly counts: ShareCounts;
}

interface Waiter {
  readonly isHeavy: boolean;
  readonly begin: () => void;
}

/** From here on work is heavy: it takes some ten milliseconds of the one processor that there is, in units of its cost. */
export const HEAVY_COST = 10_000;
/** Side by side, more of it is not done any sooner. */
const HEAVY_PART = 1 / 3;

const RETRY_AFTER_SECONDS = 1;

export function createShares(limits: ShareLimits): Shares {
  const running = new Map<string, number>();
  /** In the order in which holders are served next; one without waiters is not here. */
  const waiting = new Map<string, Set<Waiter>>();
  const mostHeavy = Math.max(1, Math.floor(limits.operations * HEAVY_PART));
  let inAll = 0;
  let heavy = 0;
  let givenBackAt = -Infinity;

  const hasRoom = (holder: string, isHeavy: boolean): boolean =>
    inAll < limits.operations &&
    (!isHeavy || heavy < mostHeavy) &&
    (running.get(holder) ?? 0) < limits.operationsPerToken;

  function begin(holder: string, isHeavy: boolean): Share {
    inAll += 1;
    if (isHeavy) heavy += 1;
    running.set(holder, (running.get(holder) ?? 0) + 1);
    const worked = once(() => {
      givenBackAt = performance.now();
      inAll -= 1;
      if (isHeavy) heavy -= 1;
      serveNext();
    });
    const giveBack = once(() => {
      const left = (running.get(holder) ?? 1) - 1;
      if (left > 0) running.set(holder, left);
      else running.delete(holder);
      worked();
      serveNext();
    });
    return { worked, giveBack };
  }

  function serveNext(): void {
    for (const [holder, waiters] of waiting) {
      const next = [...waiters].find(({ isHeavy }) => hasRoom(holder, isHeavy));
      if (next === undefined) continue;
      leave(holder, next);
      // Whoever has been served goes behind the others.
      if (waiting.delete(holder)) waiting.set(holder, waiters);
      return next.begin();
    }
  }

  function leave(holder: string, waiter: Waiter): void {
    const waiters = waiting.get(holder);
    waiters?.delete(waiter);
    if (waiters?.size === 0) waiting.delete(holder);
  }

  function wait(holder: string, isHeavy: boolean, gone: AbortSignal): Promise<Share> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', onGone);
      };
      const refuse = (error: Error): void => {
        stop();
        leave(holder, waiter);
        reject(error);
      };
      const waiter: Waiter = {
        isHeavy,
        begin: () => {
          stop();
          resolve(begin(holder, isHeavy));
        },
      };
      const onGone = (): void => refuse(reasonOf(gone));
      const since = performance.now();
      const tooLate = (): void => refuse(givenBackAt < since ? unanswered(limits) : overloaded());
      const timer = setTimeout(tooLate, limits.waitMs).unref();
      gone.addEventListener('abort', onGone, { once: true });
      const waiters = waiting.get(holder) ?? new Set();
      waiting.set(holder, waiters.add(waiter));
    });
  }

  return {
    async take(holder, cost, gone) {
      gone.throwIfAborted();
      const isHeavy = cost >= HEAVY_COST;
      if (hasRoom(holder, isHeavy)) return begin(holder, isHeavy);
      if ((waiting.get(holder)?.size ?? 0) >= limits.waitingPerToken)
        throw tooManyRequests(RETRY_AFTER_SECONDS, tooManyAtOnce(limits));
      return wait(holder, isHeavy, gone);
    },
    get counts() {
      return { running: inAll, waiting: [...waiting.values()].reduce((sum, { size }) => sum + size, 0) };
    },
  };
}

function once(run: () => void): () => void {
  let hasRun = false;
  return () => {
    if (hasRun) return;
    hasRun = true;
    run();
  };
}

const reasonOf = ({ reason }: AbortSignal): Error =>
  reason instanceof Error ? reason : new Error('Whoever asked has gone.');

const tooManyAtOnce = ({ operationsPerToken, waitingPerToken }: ShareLimits): string =>
  `${operationsPerToken} operations of this token are under way and ${waitingPerToken} wait: no more are taken until some have been answered.`;

/** Work that goes on gives a share back again and again: where none has come, all wait for what does not answer. */
const unanswered = ({ operations, waitMs }: ShareLimits): AppError =>
  new AppError('DATABASE_UNAVAILABLE', {
    cause: new Error(`None of up to ${operations} operations has ended within ${waitMs} ms.`),
  });

const overloaded = (): AppError =>
  new AppError('SERVICE_OVERLOADED', { retryAfterSeconds: RETRY_AFTER_SECONDS });
