import { setMaxListeners } from 'node:events';
import {
  bulkhead,
  BulkheadRejectedError,
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
} from 'cockatiel';
import type { PlatformConfig } from '../../config/platforms';
import type { Instant } from '../../domain/values';
import type { Clock } from '../../runtime/clock';
import { askOnce, type OutgoingInquiry, type PlatformAnswer } from './ask-once';
import { createCircuitBreaker, Postponed } from './circuit-breaker';
import type { Connector } from './connector';
import type { DailyQuota } from './daily-quota';
import { outOfTime } from './exchange';
import type { Limits } from './limits';
import { isMaybeOfOne, PlatformFailure, type FailureReason } from './platform';
import { createRateLimiter } from './rate-limiter';

/** Sends requests to one platform, with everything around them that keeps its failures from spreading. */
export interface ResilientRequests {
  /** @throws Postponed when it is not to be sent now, before anything is made for it */
  throwIfBlocked(): void;
  /**
   * @returns an answer for each of its questions
   * @throws Postponed when it was not sent, PlatformFailure when it was, and no try brought an answer
   */
  send(inquiry: OutgoingInquiry): Promise<readonly PlatformAnswer[]>;
  /** Aborts those under way, and postpones all others. */
  stop(): void;
}

export interface ResilientRequestsOptions {
  readonly config: PlatformConfig;
  readonly connector: Connector;
  readonly bounds: Limits;
  readonly clock: Clock;
  readonly quota: DailyQuota;
  /** The circuit opened, or a probe of it failed. */
  readonly onBreak: (failure: PlatformFailure) => void;
}

/** Failures that may pass within a moment. A refusal or a bad answer would only be repeated. */
const WORTH_ANOTHER_TRY: ReadonlySet<FailureReason> = new Set(['TIMEOUT', 'UNREACHABLE', 'SERVER_ERROR']);

/** How far a request has come. */
interface Progress {
  /** When its time is over, by a clock that is never set back. */
  readonly endsAt: number;
  isSent: boolean;
  /** Why the last try failed. */
  lastFailure?: PlatformFailure;
}

/**
 * From the outside in: the timeout of the whole request, the bulkhead, retries with backoff; and for each try the rate
 * limiter, the circuit breaker, and a timeout of its own.
 */
export function createResilientRequests({
  config: { timeoutMs, concurrency, ratePerSecond },
  connector,
  bounds,
  clock,
  quota,
  onBreak,
}: ResilientRequestsOptions): ResilientRequests {
  const stopping = new AbortController();
  // One listener for each request under way: more than ten are no leak here.
  setMaxListeners(0, stopping.signal);
  const rateLimiter = createRateLimiter(ratePerSecond);
  const circuit = createCircuitBreaker({
    clock,
    timeoutMs,
    failuresUntilOpen: bounds.failuresUntilOpen,
    coolDownMs: bounds.coolDownMs,
    isFailure: (error) => !isMaybeOfOne(error),
    onBreak: (error) => onBreak(toFailure(error)),
  });
  const overallTimeout = timeout(bounds.overallMs, TimeoutStrategy.Aggressive);
  const concurrencyBulkhead = bulkhead(concurrency, bounds.longestQueue);
  const tryTimeout = timeout(timeoutMs, TimeoutStrategy.Aggressive);
  const retries = retry(
    handleWhen(
      (error) =>
        error instanceof PlatformFailure &&
        WORTH_ANOTHER_TRY.has(error.reason) &&
        circuit.blockedUntil() === undefined,
    ),
    {
      maxAttempts: bounds.tries - 1,
      backoff: new ExponentialBackoff({
        initialDelay: bounds.retryDelayMs,
        maxDelay: bounds.longestRetryDelayMs,
      }),
    },
  ).dangerouslyUnref();

  async function attempt(
    inquiry: OutgoingInquiry,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<readonly PlatformAnswer[]> {
    // Before the wait for the rate limiter, which would be useless.
    throwIfBlocked();
    await rateLimiter.wait(signal);
    // Cut short, a try would be counted against a platform that had no time to answer.
    if (performance.now() + timeoutMs > progress.endsAt)
      throw new Postponed((clock.now() + timeoutMs) as Instant);
    // Others may have used the quota up while this one waited for the rate limiter.
    throwIfBlocked();
    return circuit.execute(async () => {
      progress.isSent = true;
      quota.take();
      try {
        return await tryTimeout.execute(
          (context) => askOnce(inquiry, { connector, clock, mostBytes: bounds.mostBytes }, context.signal),
          signal,
        );
      } catch (error) {
        const failure = toFailure(error);
        progress.lastFailure = failure;
        if (failure.isQuotaUsedUp) quota.end();
        else honourRetryAfter(failure);
        throw failure;
      }
    });
  }

  function throwIfBlocked(): void {
    if (stopping.signal.aborted) throw new Postponed(clock.now());
    const until = quota.usedUpUntil() ?? circuit.blockedUntil();
    if (until !== undefined) throw new Postponed(until);
  }

  /** A platform that sends Retry-After, or says that it is asked too often, is not asked until then. */
  function honourRetryAfter({ reason, retryAt }: PlatformFailure): void {
    const now = clock.now();
    const wanted = retryAt ?? (reason === 'RATE_LIMITED' ? now + bounds.coolDownMs : now);
    circuit.block(Math.min(wanted, now + bounds.longestRetryAfterMs) as Instant);
  }

  /** Why no try brought an answer. */
  function conclude(error: unknown, { isSent, lastFailure }: Progress): Postponed | PlatformFailure {
    const now = clock.now();
    if (stopping.signal.aborted) return new Postponed(now);
    if (isSent || !isPostponement(error)) return lastFailure ?? toFailure(error);
    return error instanceof Postponed ? error : new Postponed((now + timeoutMs) as Instant);
  }

  return {
    throwIfBlocked,
    async send(inquiry) {
      const progress: Progress = { endsAt: performance.now() + bounds.overallMs, isSent: false };
      try {
        return await overallTimeout.execute(
          ({ signal }) =>
            concurrencyBulkhead.execute(
              () => retries.execute(() => attempt(inquiry, progress, signal), signal),
              signal,
            ),
          stopping.signal,
        );
      } catch (error) {
        throw conclude(error, progress);
      }
    },
    stop: () => stopping.abort(),
  };
}

/** Whatever was thrown, as a failure. */
export function toFailure(error: unknown): PlatformFailure {
  if (error instanceof PlatformFailure) return error;
  return error instanceof TaskCancelledError
    ? outOfTime(error)
    : new PlatformFailure('BAD_ANSWER', 'the answer could not be read', { cause: error });
}

/**
 * It was never sent: the circuit opened, the queue was full, or its time was over. By instanceof, as
 * cockatiel's own isTaskCancelledError looks for the mark of the other error (3.2.1).
 */
function isPostponement(error: unknown): boolean {
  return (
    error instanceof Postponed ||
    error instanceof TaskCancelledError ||
    error instanceof BulkheadRejectedError
  );
}
