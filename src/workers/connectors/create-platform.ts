import type { PlatformConfig } from '../../config/platforms';
import type { Clock } from '../../runtime/clock';
import type { Logger } from '../../observability/log';
import { createBatchSize } from './batch-size';
import { Postponed } from './circuit-breaker';
import type { Connector } from './connector';
import { type Answers, askInParts } from './halving';
import { createHealthRecord } from './health';
import { type Inquiry, inquiriesOf, mostPerRequest } from './inquiry';
import { type Limits, usualLimits } from './limits';
import { toOutgoing } from './outgoing';
import {
  isMaybeOfOne,
  PlatformFailure,
  type Platform,
  type PlatformHealth,
  type ViewsAnswer,
  type ViewsQuestion,
} from './platform';
import { createRefusedIds } from './refused-ids';
import { createResilientRequests, toFailure } from './resilient-requests';
import { createWatchedQuota } from './watched-quota';

export interface PlatformOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Those that are to differ from the usual ones. */
  readonly limits?: Partial<Limits>;
}

/** A request that is a part of one which was refused. */
interface PartOfRefused {
  /** Whether another part has been answered. */
  readonly isAnyAnswered: boolean;
}

/** A platform: questions become requests, about many events at a time where it takes that, and what comes of them its health. */
export function createPlatform(
  config: PlatformConfig,
  connector: Connector,
  { clock, log, limits }: PlatformOptions,
): Platform {
  const { channel } = config;
  const bounds: Limits = { ...usualLimits(config), ...limits };
  const health = createHealthRecord(clock, bounds.failuresUntilFailing);
  const quota = createWatchedQuota(
    { clock, perDay: config.quotaPerDay, zone: connector.quotaZone ?? 'UTC' },
    { log, channel },
  );
  const refusedIds = createRefusedIds(log, channel);
  const batchSize = createBatchSize(clock, mostPerRequest(connector));
  let lastError: PlatformFailure | undefined;
  const requests = createResilientRequests({
    config,
    connector,
    bounds,
    clock,
    quota,
    onBreak(failure) {
      lastError = failure;
      health.broke(failure.reason);
    },
  });

  health.onChange((now) => {
    if (now.status === 'HEALTHY') log.info({ channel }, 'a platform works again');
    else log.warn({ channel, reason: now.reason, err: lastError }, 'a platform fails');
  });

  /** The answer when none was brought. */
  function conclude(error: unknown): ViewsAnswer {
    if (error instanceof Postponed) return { kind: 'postponed', until: error.until };
    const failure = (lastError = toFailure(error));
    return { kind: 'failed', reason: failure.reason, error: failure };
  }

  function countFailure(answer: ViewsAnswer): void {
    if (answer.kind === 'failed') health.failed(answer.reason);
  }

  /**
   * @param part where its asker judges what its failure means
   * @returns an answer for each of its questions, when it fails the same for all of them; the failure where it is refused
   *   for what may be one of its ids
   */
  async function inquire(inquiry: Inquiry, part?: PartOfRefused): Promise<Answers | PlatformFailure> {
    const { questions, ids = [], answer, request } = inquiry;
    const isApart = refusedIds.areAllOf(inquiry);
    try {
      requests.throwIfBlocked();
      const isSuspect = isApart || part?.isAnyAnswered === true;
      const outgoing = {
        questions,
        ids: inquiry.ids,
        isSuspect,
        answer,
        outgoing: toOutgoing(request, config),
      };
      const answers = await requests.send(outgoing);
      health.succeeded();
      batchSize.answered(ids.length);
      if (part === undefined) refusedIds.answered(inquiry, answers);
      return new Map(questions.map((question, place) => [question, answers[place]!]));
    } catch (error) {
      if (isMaybeOfOne(error) && ids.length > 1) return error;
      const failed = conclude(error);
      // That an id which is asked apart has no answer again says nothing of the platform.
      if (!isApart && part === undefined) countFailure(failed);
      return new Map(questions.map((question) => [question, failed]));
    }
  }

  /**
   * One of its ids may be why the platform refused them together: that one alone is to go without an answer. Where none is, it
   * may take fewer at a time, and parts that are postponed say nothing of that; where none has an answer, it is the platform that fails.
   */
  async function inquireInParts(inquiry: Inquiry, refusal: PlatformFailure): Promise<Answers> {
    refusedIds.batchRefused(refusal);
    const tooMany = batchSize.refused(sizeOf(inquiry));
    const { answers, odd, mostAnswered } = await askInParts(inquiry, {
      halvesOf: ({ questions, ids = [] }) =>
        inquiriesOf(connector, questions, config, { mostIds: Math.ceil(ids.length / 2) }),
      async ask(part, isAnyAnswered) {
        const given = await inquire(part, { isAnyAnswered });
        if (given instanceof PlatformFailure) tooMany.partRefused(sizeOf(part));
        return given;
      },
    });
    const all = [...answers.values()];
    if (mostAnswered === 0) all.forEach(countFailure);
    else refusedIds.add(odd);
    const isAnyFailed = all.some(({ kind }) => kind === 'failed');
    tooMany.ended(mostAnswered > 0 && odd.length === 0 && !isAnyFailed);
    return answers;
  }

  async function answersTo(inquiry: Inquiry): Promise<Answers> {
    const given = await inquire(inquiry);
    return given instanceof PlatformFailure ? inquireInParts(inquiry, given) : given;
  }

  async function askTogether(questions: readonly ViewsQuestion[]): Promise<readonly ViewsAnswer[]> {
    try {
      const batches = { apart: refusedIds.apart, mostIds: batchSize.current, mostInFirst: batchSize.tried };
      const given = await Promise.all(inquiriesOf(connector, questions, config, batches).map(answersTo));
      const answers: Answers = new Map(given.flatMap((some) => [...some]));
      return questions.map((question) => answers.get(question) ?? NOT_CONFIGURED);
    } catch (error) {
      const failed = conclude(error);
      countFailure(failed);
      return questions.map(() => failed);
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
    stop: () => requests.stop(),
  };
}

const sizeOf = ({ ids = [] }: Inquiry): number => ids.length;

const NOT_CONFIGURED: ViewsAnswer = { kind: 'not_configured' };
