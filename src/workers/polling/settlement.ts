import type { ChangePublisher } from '../../messaging/changes/change-publisher';
import { type Clock, latestBelievable } from '../../runtime/clock';
import type { Database } from '../../database/database';
import type { Logger } from '../../observability/log';
import type { BatchResult, Outcome, SourceBatch } from '../../messaging/source/source';
import type { Instant } from '../../domain/values';
import type { Platform, ViewsAnswer } from '../connectors/platform';
import { type Claim, giveBack, type Returned } from './claims';
import { type Measurement, measuredBatch } from './measured-batch';
import { recordAnswer, recordFailing } from './platform-states';

export interface SettlementOptions {
  readonly platform: Platform;
  readonly intervalMs: number;
  readonly database: Database;
  /** Begins a batch; what it returns is one attempt at it (createBatchApplier). */
  readonly begin: (batch: SourceBatch) => () => Promise<BatchResult>;
  readonly changePublisher: Pick<ChangePublisher, 'publishFullChange'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Names this process among those that ask. */
  readonly processId: string;
}

/** What came of the questions to one platform, on its way into the database. */
export interface Settlement {
  add(claim: Claim, answer: ViewsAnswer): void;
  /** For a question that was not asked, or not to the end. */
  addUnasked(claim: Claim): void;
  /**
   * Stores everything that was added. Rejects when the database is away; then nothing is lost, and what has been
   * achieved is not done again by the next attempt.
   */
  settle(): Promise<void>;
}

export function createSettlement(options: SettlementOptions): Settlement {
  const { platform, intervalMs, database, begin, changePublisher, clock, log, processId } = options;
  const { channel } = platform;
  let measured: Measurement[] = [];
  let handingOver:
    | { readonly attempt: () => Promise<BatchResult>; readonly measurements: readonly Measurement[] }
    | undefined;
  let returned: Returned[] = [];
  let hasAnswered = false;
  let hasFailed = false;
  /** The database was lost over a statement that may have changed what readers are told. */
  let isUnsure = false;

  async function handOver(): Promise<void> {
    if (handingOver === undefined) {
      if (measured.length === 0) return;
      handingOver = { attempt: begin(measuredBatch(measured)), measurements: measured };
      measured = [];
    }
    const result = await handingOver.attempt();
    if (result.kind === 'done') tellRejected(handingOver.measurements, result.outcomes);
    handingOver = undefined;
  }

  function tellRejected(measurements: readonly Measurement[], outcomes: readonly Outcome[]): void {
    outcomes.forEach((outcome, index) => {
      if (outcome.kind !== 'rejected') return;
      const { eventId } = measurements[index]!;
      log.warn({ eventId, channel, reason: outcome.reason }, 'an answer of a platform cannot be stored');
    });
  }

  /** @returns whether to tell readers: also when nobody knows any more whether an earlier attempt made the change */
  async function changed(change: () => Promise<boolean>): Promise<boolean> {
    const wasUnsure = isUnsure;
    isUnsure = true;
    const isChanged = await change();
    isUnsure = false;
    return isChanged || wasUnsure;
  }

  async function returnClaims(): Promise<void> {
    const returning = returned;
    await giveBack(database, channel, returning);
    returned = returned.slice(returning.length);
  }

  /**
   * While a platform fails, what has ended is asked about once in an interval like everything else: it may be all that
   * there is to ask about, and readers are not to be told for a day of a failure that is over.
   */
  function askSooner(claim: Claim): void {
    const dueAt = (claim.claimedAt + intervalMs) as Instant;
    if (platform.health.status === 'FAILING' && dueAt < claim.nextAt) returned.push({ claim, dueAt });
  }

  async function tellAnswer(): Promise<void> {
    if (!hasAnswered || platform.health.status === 'FAILING') return;
    hasAnswered = false;
    try {
      if (!(await changed(() => recordAnswer(database, channel, processId, clock.now())))) return;
    } catch (error) {
      hasAnswered = true;
      throw error;
    }
    log.info({ channel }, 'a platform answers again');
    changePublisher.publishFullChange();
  }

  async function tellFailing(): Promise<void> {
    const { health } = platform;
    if (!hasFailed || health.status !== 'FAILING') return;
    const { reason, since } = health;
    const unlessAnsweredSince = (clock.now() - 2 * intervalMs) as typeof since;
    const latestAnswer = latestBelievable(clock.now());
    const failing = { reason, since, seenBy: processId, unlessAnsweredSince, latestAnswer };
    const isNew = await changed(() => recordFailing(database, channel, failing));
    hasFailed = false;
    if (!isNew) return;
    log.warn({ channel, reason, since: new Date(since).toISOString() }, 'a platform fails to answer');
    changePublisher.publishFullChange();
  }

  return {
    add(claim, answer) {
      if (answer.kind === 'unnamed') return;
      if (answer.kind === 'postponed') returned.push({ claim, dueAt: claim.before.dueAt });
      if (answer.kind === 'failed') askSooner(claim);
      if (answer.kind === 'failed' || answer.kind === 'postponed') hasFailed = true;
      else hasAnswered = true;
      if (answer.kind !== 'measured') return;
      const { views, measuredAt } = answer;
      measured.push({ eventId: claim.question.eventId, channel, views, measuredAt });
    },
    addUnasked: (claim) => void returned.push({ claim, dueAt: claim.before.dueAt }),
    async settle() {
      await handOver();
      await returnClaims();
      await tellAnswer();
      await tellFailing();
    },
  };
}
