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
import { askOnce, type OutgoingInquiry, type PlatformAnswer } from './ask-once';
import type { Connector } from './connector';
import { outOfTime } from './exchange';
import { type Inquiry, inquiriesOf, mostPerRequest } from './inquiry';
import {
  isMaybeOfOne,
  PlatformFailure,
  type FailureReason,
  type Platform,
  type PlatformHealth,
  type ViewsAnswer,
  type ViewsQuestion,
} from './platform';
import { createCircuitBreaker, Postponed } from './circuit-breaker';
import { createHealthRecord } from './health';
import { type Limits, usualLimits } from './limits';
import { toOutgoing } from './outgoing';
import { createRateLimiter } from './rate-limiter';
import { createRefusedIds } from './refused-ids';
import { createWatchedQuota } from './watched-quota';

export interface PlatformOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Those that are to differ from the usual ones. */
  readonly limits?: Partial<Limits>;
}

/** Failures that may pass within a moment. A refusal or a bad answer would only be repeated. */
const WORTH_ANOTHER_TRY: ReadonlySet<FailureReason> = new Set(['TIMEOUT', 'UNREACHABLE', 'SERVER_ERROR']);

/** How far a question has come. */
interface Progress {
  /** When its time is over, by a clock that is never set back. */
  readonly endsAt: number;
  isAsked: boolean;
  /** Why the last try failed. */
  lastFailure?: PlatformFailure;
}

/**
 * A platform with everything around it that keeps its failures from spreading. From the outside in: the timeout
 * of the whole question, the bulkhead, retries with backoff; and for each try the rate
 * limiter, the circuit breaker, and a timeout of its own.
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
  const health = createHealthRecord(clock, bounds.failuresUntilFailing);
  const rateLimiter = createRateLimiter(config.ratePerSecond);
  const quota = createWatchedQuota(
    { clock, perDay: config.quotaPerDay, zone: connector.quotaZone ?? 'UTC' },
    { log, channel },
  );
  const refusedIds = createRefusedIds(log, channel);
  let lastError: PlatformFailure | undefined;

  const circuit = createCircuitBreaker({
    clock,
    timeoutMs,
    failuresUntilOpen: bounds.failuresUntilOpen,
    coolDownMs: bounds.coolDownMs,
    isFailure: (error) => !isMaybeOfOne(error),
    onBreak: (error) => health.broke(error instanceof PlatformFailure ? error.reason : 'TIMEOUT'),
  });
  const overallTimeout = timeout(bounds.overallMs, TimeoutStrategy.Aggressive);
  const concurrencyBulkhead = bulkhead(config.concurrency, bounds.longestQueue);
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

  health.onChange((now) => {
    if (now.status === 'HEALTHY') log.info({ channel }, 'a platform works again');
    else log.warn({ channel, reason: now.reason, err: lastError }, 'a platform fails');
  });

  async function attempt(
    inquiry: OutgoingInquiry,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<readonly PlatformAnswer[]> {
    throwIfBlocked();
    await rateLimiter.wait(signal);
    // Cut short, a try would be counted against a platform that had no time to answer.
    if (performance.now() + timeoutMs > progress.endsAt)
      throw new Postponed((clock.now() + timeoutMs) as Instant);
    // Others may have used the quota up while this one waited for the rate limiter.
    throwIfBlocked();
    return circuit.execute(async () => {
      progress.isAsked = true;
      quota.take();
      try {
        return await tryTimeout.execute(
          (context) => askOnce(inquiry, { connector, clock, mostBytes: bounds.mostBytes }, context.signal),
          signal,
        );
      } catch (error) {
        const failure = toFailure(error);
        lastError = progress.lastFailure = failure;
        if (failure.isQuotaUsedUp) quota.end();
        else honourRetryAfter(failure);
        throw failure;
      }
    });
  }

  /** Before the wait for the rate limiter, which would be useless. */
  function throwIfBlocked(): void {
    const until = quota.usedUpUntil() ?? circuit.blockedUntil();
    if (until !== undefined) throw new Postponed(until);
  }

  function toFailure(error: unknown): PlatformFailure {
    if (error instanceof PlatformFailure) return error;
    return error instanceof TaskCancelledError
      ? outOfTime(error)
      : new PlatformFailure('BAD_ANSWER', 'the answer could not be read', { cause: error });
  }

  /** A platform that sends Retry-After, or says that it is asked too often, is not asked until then. */
  function honourRetryAfter({ reason, retryAt }: PlatformFailure): void {
    const now = clock.now();
    const wanted = retryAt ?? (reason === 'RATE_LIMITED' ? now + bounds.coolDownMs : now);
    circuit.block(Math.min(wanted, now + bounds.longestRetryAfterMs) as Instant);
  }

  /** The answer when no try brought one. */
  function conclude(error: unknown, { isAsked, lastFailure }: Progress): ViewsAnswer {
    const now = clock.now();
    if (stopping.signal.aborted) return { kind: 'postponed', until: now };
    if (!isAsked && isPostponement(error)) {
      return {
        kind: 'postponed',
        until: error instanceof Postponed ? error.until : ((now + timeoutMs) as Instant),
      };
    }
    const failure = lastFailure ?? toFailure(error);
    lastError = failure;
    return { kind: 'failed', reason: failure.reason, error: failure };
  }

  /**
   * @param isOfRefused whether it is one of those that were refused together: their asker judges what its failure means
   * @returns an answer for each of its questions: when it fails, the same for all of them
   */
  async function inquire(inquiry: Inquiry, isOfRefused = false): Promise<readonly ViewsAnswer[]> {
    const { questions, ids, answer, request } = inquiry;
    const isApart = refusedIds.areAllOf(inquiry);
    const progress: Progress = { endsAt: performance.now() + bounds.overallMs, isAsked: false };
    try {
      if (stopping.signal.aborted) throw new Postponed(clock.now());
      throwIfBlocked();
      const outgoing = { questions, ids, isApart, answer, outgoing: toOutgoing(request, config) };
      const answers = await overallTimeout.execute(
        ({ signal }) =>
          concurrencyBulkhead.execute(
            () => retries.execute(() => attempt(outgoing, progress, signal), signal),
            signal,
          ),
        stopping.signal,
      );
      health.succeeded();
      refusedIds.answered(inquiry);
      return answers;
    } catch (error) {
      if (isMaybeOfOne(error) && !isApart) return inquireSingly(inquiry, error);
      const failed = conclude(error, progress);
      // That an id which is asked apart has no answer again says nothing of the platform.
      if (failed.kind === 'failed' && !isApart && !isOfRefused) health.failed(failed.reason);
      return questions.map(() => failed);
    }
  }

  /**
   * One of its ids may be why the platform refused them together: that one alone is to go without an answer. Where none has
   * one, it is the platform that fails. Which are asked first is drawn: the refused ones may stand side by side, and many
   * of them in a row would open the circuit.
   */
  async function inquireSingly(
    { questions, ids = [] }: Inquiry,
    refusal: PlatformFailure,
  ): Promise<readonly ViewsAnswer[]> {
    refusedIds.batchRefused(refusal);
    const answers = new Map<ViewsQuestion, ViewsAnswer>();
    const refused: Inquiry[] = [];
    const ask = async (inquiry: Inquiry): Promise<void> => {
      const given = await inquire(inquiry, true);
      inquiry.questions.forEach((question, place) => answers.set(question, given[place]!));
      if (given.every(isBadAnswer)) refused.push(inquiry);
    };
    await Promise.all(inAnyOrder(inquiriesOf(connector, questions, config, new Set(ids))).map(ask));
    if ([...answers.values()].some(isAnswer)) refusedIds.add(refused);
    else for (const answer of answers.values()) if (answer.kind === 'failed') health.failed(answer.reason);
    return questions.map((question) => answers.get(question) ?? NOT_CONFIGURED);
  }

  async function askTogether(questions: readonly ViewsQuestion[]): Promise<readonly ViewsAnswer[]> {
    const answers = new Map<ViewsQuestion, ViewsAnswer>();
    const ask = async (inquiry: Inquiry): Promise<void> => {
      const given = await inquire(inquiry);
      inquiry.questions.forEach((question, place) => answers.set(question, given[place]!));
    };
    try {
      await Promise.all(inquiriesOf(connector, questions, config, refusedIds.apart).map(ask));
    } catch (error) {
      const failed = conclude(error, { endsAt: 0, isAsked: true });
      if (failed.kind === 'failed') health.failed(failed.reason);
      return questions.map(() => failed);
    }
    return questions.map((question) => answers.get(question) ?? NOT_CONFIGURED);
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
    questionsPerRequest: mostPerRequest(connector),
    ask: async (question) => (await askTogether([question]))[0] ?? NOT_CONFIGURED,
    askTogether,
    get health() {
      return health.current;
    },
    get quotaUsedUpUntil() {
      return quota.usedUpUntil();
    },
    onChange,
    stop: () => stopping.abort(),
  };
}

const NOT_CONFIGURED: ViewsAnswer = { kind: 'not_configured' };

const isBadAnswer = (answer: ViewsAnswer): boolean =>
  answer.kind === 'failed' && answer.reason === 'BAD_ANSWER';

const isAnswer = ({ kind }: ViewsAnswer): boolean => kind === 'measured' || kind === 'no_value';

function inAnyOrder<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, drawn: Math.random() }))
    .sort((one, other) => one.drawn - other.drawn)
    .map(({ item }) => item);
}

/**
 * It was never asked: the circuit opened, the queue was full, or its time was over. By instanceof, as
 * cockatiel's own isTaskCancelledError looks for the mark of the other error (3.2.1).
 */
function isPostponement(error: unknown): boolean {
  return (
    error instanceof Postponed ||
    error instanceof TaskCancelledError ||
    error instanceof BulkheadRejectedError
  );
}
