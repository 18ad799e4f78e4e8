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
import type { Clock } from '../../runtime/clock';
import type { Logger } from '../../observability/log';
import type { Instant } from '../../domain/values';
import { askOnce, type Told } from './ask-once';
import type { Connector } from './connector';
import { outOfTime } from './exchange';
import { PlatformFailure } from './failure';
import { createGate, Held } from './gate';
import { createHealthRecord } from './health';
import { type Limits, usualLimits } from './limits';
import { type Outgoing, toOutgoing } from './outgoing';
import { createPace } from './pace';
import type { FailureReason, Platform, PlatformHealth, ViewsAnswer, ViewsQuestion } from './platform';

export interface PlatformOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Those that are to differ from the usual ones. */
  readonly limits?: Partial<Limits>;
}

/** What may be otherwise a moment later. A refusal or a bad answer would only be repeated. */
const WORTH_ANOTHER_TRY: ReadonlySet<FailureReason> = new Set(['TIMEOUT', 'UNREACHABLE', 'SERVER_ERROR']);

/** How far a question has come. */
interface Progress {
  /** When its time is over, by a clock that is never set back. */
  readonly endsAt: number;
  isAsked: boolean;
  /** What came of the last try that has ended. */
  lastFailure?: PlatformFailure;
}

/**
 * A platform with everything around it that keeps its failures from spreading. From the outside in: the time that the
 * whole question may take, a bound on how many are under way, tries with pauses between them; and for each try its turn
 * in the pace, the gate, and a time of its own.
 */
export function createPlatform(
  config: PlatformConfig,
  connector: Connector,
  { clock, log, limits }: PlatformOptions,
): Platform {
  const { channel, timeoutMs } = config;
  const bounds: Limits = { ...usualLimits(config), ...limits };
  const stopping = new AbortController();
  // One listener for each question under way: more than ten are no leak here.
  setMaxListeners(0, stopping.signal);
  const health = createHealthRecord(clock, bounds.failuresThatTell);
  const pace = createPace(config.ratePerSecond);
  let lastError: PlatformFailure | undefined;

  const gate = createGate({
    clock,
    timeoutMs,
    failuresThatOpen: bounds.failuresThatOpen,
    coolDownMs: bounds.coolDownMs,
    onBreak: (error) => health.broke(error instanceof PlatformFailure ? error.reason : 'TIMEOUT'),
  });
  const overall = timeout(bounds.overallMs, TimeoutStrategy.Aggressive);
  const places = bulkhead(config.concurrency, bounds.longestQueue);
  const eachTry = timeout(timeoutMs, TimeoutStrategy.Aggressive);
  const retrying = retry(
    handleWhen(
      (error) =>
        error instanceof PlatformFailure &&
        WORTH_ANOTHER_TRY.has(error.reason) &&
        gate.heldUntil() === undefined,
    ),
    {
      maxAttempts: bounds.tries - 1,
      backoff: new ExponentialBackoff({
        initialDelay: bounds.retryDelayMs,
        maxDelay: bounds.longestRetryDelayMs,
      }),
    },
  ).dangerouslyUnref();

  health.onChange((now) => {
    if (now.status === 'HEALTHY') log.info({ channel }, 'a platform works again');
    else log.warn({ channel, reason: now.reason, err: lastError }, 'a platform fails');
  });

  async function attempt(outgoing: Outgoing, progress: Progress, signal: AbortSignal): Promise<Told> {
    refuseWhileHeld();
    await pace.turn(signal);
    // Cut short, a try would be counted against a platform that had no time to answer.
    if (performance.now() + timeoutMs > progress.endsAt) throw new Held((clock.now() + timeoutMs) as Instant);
    return gate.pass(async () => {
      progress.isAsked = true;
      try {
        return await eachTry.execute(
          (context) => askOnce(outgoing, { connector, clock, mostBytes: bounds.mostBytes }, context.signal),
          signal,
        );
      } catch (error) {
        const failure = toFailure(error);
        lastError = progress.lastFailure = failure;
        heed(failure);
        throw failure;
      }
    });
  }

  /** Before the wait for a turn, which would be in vain. */
  function refuseWhileHeld(): void {
    const until = gate.heldUntil();
    if (until !== undefined) throw new Held(until);
  }

  function toFailure(error: unknown): PlatformFailure {
    if (error instanceof PlatformFailure) return error;
    return error instanceof TaskCancelledError
      ? outOfTime(error)
      : new PlatformFailure('BAD_ANSWER', 'the answer could not be read', { cause: error });
  }

  /** A platform that says when to come back, or that it is asked too often, is left alone. */
  function heed({ reason, comeBackAt }: PlatformFailure): void {
    const now = clock.now();
    const wish = comeBackAt ?? (reason === 'RATE_LIMITED' ? now + bounds.coolDownMs : now);
    gate.hold(Math.min(wish, now + bounds.longestHoldMs) as Instant);
  }

  /** What is answered when no try told anything. */
  function conclude(error: unknown, { isAsked, lastFailure }: Progress): ViewsAnswer {
    const now = clock.now();
    if (stopping.signal.aborted) return { kind: 'held', until: now };
    if (!isAsked && isHeldBack(error)) {
      return { kind: 'held', until: error instanceof Held ? error.until : ((now + timeoutMs) as Instant) };
    }
    const failure = lastFailure ?? toFailure(error);
    lastError = failure;
    health.failed(failure.reason);
    return { kind: 'failed', reason: failure.reason, error: failure };
  }

  async function ask(question: ViewsQuestion): Promise<ViewsAnswer> {
    const progress: Progress = { endsAt: performance.now() + bounds.overallMs, isAsked: false };
    try {
      const request = connector.request(question, config);
      if (request === undefined) return { kind: 'unnamed' };
      if (stopping.signal.aborted) return { kind: 'held', until: clock.now() };
      refuseWhileHeld();
      const outgoing = toOutgoing(request, config);
      const told = await overall.execute(
        ({ signal }) =>
          places.execute(() => retrying.execute(() => attempt(outgoing, progress, signal), signal), signal),
        stopping.signal,
      );
      health.succeeded();
      return told;
    } catch (error) {
      return conclude(error, progress);
    }
  }

  /** A listener that throws must not turn an answer into a rejection. */
  function onChange(listener: (health: PlatformHealth) => void): () => void {
    return health.onChange((now) => {
      try {
        listener(now);
      } catch (error) {
        log.error({ channel, err: error }, 'a listener to the health of a platform failed');
      }
    });
  }

  return {
    channel,
    ask,
    get health() {
      return health.current;
    },
    onChange,
    stop: () => stopping.abort(),
  };
}

/**
 * It never came to its turn: the gate closed, there were too many before it, or its time was over. By instanceof, as
 * cockatiel's own isTaskCancelledError looks for the mark of the other error (3.2.1).
 */
function isHeldBack(error: unknown): boolean {
  return (
    error instanceof Held || error instanceof TaskCancelledError || error instanceof BulkheadRejectedError
  );
}
