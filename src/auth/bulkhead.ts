import type { ShareLimits } from '../config/limits';
import { AppError, tooManyRequests } from '../errors';

/** How many operations run and wait, of all holders together. */
export interface BulkheadCounts {
  readonly running: number;
  readonly waiting: number;
}

/** The right to execute one operation on behalf of a holder. */
export interface Permit {
  /** The work is over, and another holder may begin. */
  readonly endWork: () => void;
  /**
   * The answer has been sent too, and the holder itself may begin again: a client that does not read its answers delays only
   * itself. It ends the work as well. Both are idempotent.
   */
  readonly release: () => void;
}

/** Bounds how many operations run at a time, in all and for each holder. Waiting holders are served in rotation. */
export interface Bulkhead {
  /**
   * Resolves when the holder may begin.
   *
   * @param holder each has the same limits, however many requests are made on its behalf
   * @param cost of the work; heavy work is bounded further, so that light work always finds room
   * @param gone ends the wait: no client waits for the answer any more
   * @throws AppError TOO_MANY_REQUESTS when too many of the same holder wait already; SERVICE_OVERLOADED when the wait
   *   takes too long; DATABASE_UNAVAILABLE when it does and no operation at all has ended during it; the signal's reason
   *   when it is aborted
   */
  acquire(holder: string, cost: number, gone: AbortSignal): Promise<Permit>;
  readonly counts: BulkheadCounts;
}

interface Waiter {
  readonly isHeavy: boolean;
  readonly begin: () => void;
}

/** The cost from which work is heavy: some ten milliseconds of the only processor. */
export const HEAVY_COST = 10_000;
/** More heavy work at a time would not end any sooner. */
const HEAVY_PART = 1 / 3;

const RETRY_AFTER_SECONDS = 1;

export function createBulkhead(limits: ShareLimits): Bulkhead {
  const running = new Map<string, number>();
  /** In the order in which holders are served; one without waiters is not here. */
  const waiting = new Map<string, Set<Waiter>>();
  const mostHeavy = Math.max(1, Math.floor(limits.operations * HEAVY_PART));
  let inAll = 0;
  let heavy = 0;
  let workEndedAt = -Infinity;

  const hasRoom = (holder: string, isHeavy: boolean): boolean =>
    inAll < limits.operations &&
    (!isHeavy || heavy < mostHeavy) &&
    (running.get(holder) ?? 0) < limits.operationsPerToken;

  function begin(holder: string, isHeavy: boolean): Permit {
    inAll += 1;
    if (isHeavy) heavy += 1;
    running.set(holder, (running.get(holder) ?? 0) + 1);
    const endWork = once(() => {
      workEndedAt = performance.now();
      inAll -= 1;
      if (isHeavy) heavy -= 1;
      serveNext();
    });
    const release = once(() => {
      const left = (running.get(holder) ?? 1) - 1;
      if (left > 0) running.set(holder, left);
      else running.delete(holder);
      endWork();
      serveNext();
    });
    return { endWork, release };
  }

  function serveNext(): void {
    for (const [holder, waiters] of waiting) {
      const next = [...waiters].find(({ isHeavy }) => hasRoom(holder, isHeavy));
      if (next === undefined) continue;
      leave(holder, next);
      // A holder that was served goes to the end.
      if (waiting.delete(holder)) waiting.set(holder, waiters);
      return next.begin();
    }
  }

  function leave(holder: string, waiter: Waiter): void {
    const waiters = waiting.get(holder);
    waiters?.delete(waiter);
    if (waiters?.size === 0) waiting.delete(holder);
  }

  function wait(holder: string, isHeavy: boolean, gone: AbortSignal): Promise<Permit> {
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
      const tooLate = (): void => refuse(workEndedAt < since ? unanswered(limits) : overloaded());
      const timer = setTimeout(tooLate, limits.waitMs).unref();
      gone.addEventListener('abort', onGone, { once: true });
      const waiters = waiting.get(holder) ?? new Set();
      waiting.set(holder, waiters.add(waiter));
    });
  }

  return {
    async acquire(holder, cost, gone) {
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
  reason instanceof Error ? reason : new Error('The client has gone.');

const tooManyAtOnce = ({ operationsPerToken, waitingPerToken }: ShareLimits): string =>
  `${operationsPerToken} operations of this token are under way and ${waitingPerToken} wait: no more are taken until some have been answered.`;

/** Working operations end all the time: where none has ended, all of them wait for a database that does not answer. */
const unanswered = ({ operations, waitMs }: ShareLimits): AppError =>
  new AppError('DATABASE_UNAVAILABLE', {
    cause: new Error(`None of up to ${operations} operations has ended within ${waitMs} ms.`),
  });

const overloaded = (): AppError =>
  new AppError('SERVICE_OVERLOADED', { retryAfterSeconds: RETRY_AFTER_SECONDS });
