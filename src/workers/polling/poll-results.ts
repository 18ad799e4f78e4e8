import { randomUUID } from 'node:crypto';
import type { ChangePublisher } from '../../messaging/changes/change-publisher';
import { type Clock, latestBelievable } from '../../runtime/clock';
import type { Database } from '../../database/database';
import { recordPlatformAnswer, recordPlatformFailure } from '../../database/platform-states';
import { type ReleasedPoll, releasePolls } from '../../database/polls';
import type { Logger } from '../../observability/log';
import type { BatchResult, Outcome, SourceBatch } from '../../messaging/source/source';
import type { Instant, ChannelName, Count, EventId, MessageId } from '../../domain/values';
import type { Platform, ViewsAnswer } from '../connectors/platform';
import { type Claim, toReleased } from './claims';
import type { AskedIds } from './present-ids';
import type { Topic } from '../messages/topics';

export interface PollResultsOptions {
  readonly platform: Platform;
  readonly intervalMs: number;
  readonly database: Database;
  /** Begins a batch of answers; what it returns is one attempt at it (createBatchApplier). */
  readonly begin: (batch: SourceBatch, askedIds: AskedIds) => () => Promise<BatchResult>;
  readonly changePublisher: Pick<ChangePublisher, 'publishFullChange'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Names this process among those that poll. */
  readonly processId: string;
}

/** The results of polling one platform, on their way into the database. */
export interface PollResults {
  add(claim: Claim, answer: ViewsAnswer): void;
  /** For a question that was not asked, or not to the end. */
  addUnasked(claim: Claim): void;
  /**
   * Stores everything that was added. Rejects when the database is away; then nothing is lost, and the next attempt does
   * not repeat what has been stored.
   */
  store(): Promise<void>;
}

export function createPollResults(options: PollResultsOptions): PollResults {
  const { platform, intervalMs, database, begin, changePublisher, clock, log, processId } = options;
  const { channel } = platform;
  let measured: Measurement[] = [];
  let storing:
    | { readonly attempt: () => Promise<BatchResult>; readonly measurements: readonly Measurement[] }
    | undefined;
  let released: ReleasedPoll[] = [];
  let hasAnswered = false;
  let hasFailed = false;
  /** The database was lost during a statement that may have changed what readers are shown. */
  let isUnsure = false;

  async function storeMeasured(): Promise<void> {
    if (storing === undefined) {
      if (measured.length === 0) return;
      const askedIds = new Map(measured.map(({ messageId, askedAs }) => [messageId, askedAs]));
      storing = { attempt: begin(measuredBatch(measured), askedIds), measurements: measured };
      measured = [];
    }
    const result = await storing.attempt();
    if (result.kind === 'done') logRejected(storing.measurements, result.outcomes);
    storing = undefined;
  }

  function logRejected(measurements: readonly Measurement[], outcomes: readonly Outcome[]): void {
    outcomes.forEach((outcome, index) => {
      if (outcome.kind !== 'rejected') return;
      const { eventId } = measurements[index]!;
      log.warn({ eventId, channel, reason: outcome.reason }, 'an answer of a platform cannot be stored');
    });
  }

  /** @returns whether to publish a full change: also when an earlier attempt may have made the change unnoticed */
  async function isChangedBy(change: () => Promise<boolean>): Promise<boolean> {
    const wasUnsure = isUnsure;
    isUnsure = true;
    const isChanged = await change();
    isUnsure = false;
    return isChanged || wasUnsure;
  }

  async function storeReleased(): Promise<void> {
    const releasing = released;
    await releasePolls(database, channel, releasing);
    released = released.slice(releasing.length);
  }

  /**
   * While a platform fails, what has ended is asked about once in an interval like everything else: it may be all that
   * there is to ask about, and readers must not be shown for a day a failure that is over.
   */
  function releaseSooner(claim: Claim): void {
    const dueAt = (claim.claimedAt + intervalMs) as Instant;
    if (platform.health.status === 'FAILING' && dueAt < claim.nextAt) released.push(toReleased(claim, dueAt));
  }

  async function storeRecovery(): Promise<void> {
    if (!hasAnswered || platform.health.status === 'FAILING') return;
    hasAnswered = false;
    try {
      if (!(await isChangedBy(() => recordPlatformAnswer(database, channel, processId, clock.now())))) return;
    } catch (error) {
      hasAnswered = true;
      throw error;
    }
    log.info({ channel }, 'a platform answers again');
    changePublisher.publishFullChange();
  }

  async function storeFailure(): Promise<void> {
    const { health } = platform;
    if (!hasFailed || health.status !== 'FAILING') return;
    const { reason, since } = health;
    const unlessAnsweredSince = (clock.now() - 2 * intervalMs) as typeof since;
    const latestAnswer = latestBelievable(clock.now());
    const failing = { reason, since, seenBy: processId, unlessAnsweredSince, latestAnswer };
    const isNew = await isChangedBy(() => recordPlatformFailure(database, channel, failing));
    hasFailed = false;
    if (!isNew) return;
    log.warn({ channel, reason, since: new Date(since).toISOString() }, 'a platform fails to answer');
    changePublisher.publishFullChange();
  }

  return {
    add(claim, answer) {
      if (answer.kind === 'not_configured') return;
      if (answer.kind === 'postponed') released.push(toReleased(claim, claim.before.dueAt));
      if (answer.kind === 'failed') releaseSooner(claim);
      if (answer.kind === 'failed' || answer.kind === 'postponed') hasFailed = true;
      else hasAnswered = true;
      if (answer.kind !== 'measured') return;
      const { eventId, externalId } = claim.question;
      const { views, measuredAt } = answer;
      measured.push({ messageId: newMessageId(), eventId, channel, views, measuredAt, askedAs: externalId });
    },
    addUnasked: (claim) => void released.push(toReleased(claim, claim.before.dueAt)),
    async store() {
      await storeMeasured();
      await storeReleased();
      await storeRecovery();
      await storeFailure();
    },
  };
}

/** A platform's answer on its way to the projection. */
export interface Measurement {
  readonly messageId: MessageId;
  readonly eventId: EventId;
  readonly channel: ChannelName;
  readonly views: Count;
  readonly measuredAt: Instant;
  /** What the distribution said that the platform calls the event when it was asked. */
  readonly askedAs: string | null;
}

const newMessageId = (): MessageId => randomUUID() as string as MessageId;

const TOPIC: Topic = 'channel.views-measured';

/** The measurements as a batch like those of Kafka, except that there is no log to read again. */
function measuredBatch(measurements: readonly Measurement[]): SourceBatch {
  return {
    topic: TOPIC,
    messages: measurements.map(({ messageId, eventId, channel, views, measuredAt }, index) => {
      const at = new Date(measuredAt).toISOString();
      const value = { messageId, occurredAt: at, eventId, channel, views, measuredAt: at };
      return { offset: BigInt(index), key: null, value: null, decoded: { value } };
    }),
    keepAlive: () => Promise.resolve(),
  };
}
