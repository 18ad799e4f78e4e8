import { createFaultLog } from '../../observability/fault-log';
import type { PollingMetrics } from '../../observability/metrics';
import { repairDueTimes } from '../../database/polls';
import { settlesWithin } from '../../runtime/timeout';
import type { Instant } from '../../domain/values';
import type { Platform, ViewsAnswer } from '../connectors/platform';
import { type Claim, claimDue } from './claims';
import { createPollResults, type PollResultsOptions } from './poll-results';
import { createInterruptiblePause } from './interruptible-pause';
import { leadOf } from './schedule';

/** A platform, and how it is to be asked. */
export interface PolledPlatform {
  readonly platform: Platform;
  /** How often each event is asked about while it runs, in milliseconds. */
  readonly intervalMs: number;
  /** How many requests may be under way at the same time. */
  readonly concurrency: number;
}

export interface ChannelPollerOptions extends PollResultsOptions, PolledPlatform {
  readonly metrics: Pick<PollingMetrics, 'countPoll'>;
  /** How long it pauses when nothing is due. */
  readonly tickMs: number;
  /** How long questions under way may take when stopping. */
  readonly drainTimeoutMs: number;
}

export interface ChannelPoller {
  start(): void;
  /** Asks nothing more, stores what is answered in time, and releases the other claims. */
  stop(): Promise<void>;
  /** @throws when it cannot poll; failures of the platform do not count */
  check(): void;
}

/** How often due times that a wrong clock has set are looked for. */
const REPAIR_EVERY_MS = 600_000;

/** Polls one platform about its events as they become due. Its failures do not affect the others. */
export function createChannelPoller(options: ChannelPollerOptions): ChannelPoller {
  const { platform, intervalMs, concurrency, database, clock, log, metrics, tickMs, drainTimeoutMs } =
    options;
  const { channel, questionsPerRequest } = platform;
  const schedule = { intervalMs, leadMs: questionsPerRequest > 1 ? leadOf(intervalMs) : 0 };
  const results = createPollResults(options);
  const idle = createInterruptiblePause();
  const texts = { begins: 'polling waits until it can go on', ends: 'platforms are polled again' };
  const fault = createFaultLog(log, texts, { channel });
  const underWay = new Map<Claim, Promise<void>>();
  let requests = 0;
  let postponedUntil = -Infinity as Instant;
  let repairAt = -Infinity;
  let isStopping = false;
  let running: Promise<void> = Promise.resolve();

  /** Asks about the events of some claims by one request. */
  async function ask(claims: readonly Claim[]): Promise<void> {
    requests += 1;
    const answers = await platform
      .askTogether(claims.map(({ question }) => question))
      .catch((thrown: unknown) => claims.map(() => asFailure(thrown)));
    requests -= 1;
    claims.forEach((claim, place) => take(claim, answers[place]!));
    // Not at once when postponed: what is due would be claimed, postponed and released over and over.
    if (answers.some(({ kind }) => kind !== 'postponed')) idle.interrupt();
  }

  function take(claim: Claim, answer: ViewsAnswer): void {
    // The stop has released its claim.
    if (!underWay.delete(claim)) return;
    metrics.countPoll(channel, outcomeOf(answer));
    results.add(claim, answer);
    if (answer.kind === 'postponed') postponedUntil = answer.until;
  }

  function asFailure(thrown: unknown): ViewsAnswer {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    log.error({ channel, err: error }, 'a connector threw instead of answering');
    return { kind: 'failed', reason: 'BAD_ANSWER', error };
  }

  /** A clock may have been wrong before this process began, and the database's own may have been set. */
  async function repair(): Promise<void> {
    if (performance.now() < repairAt) return;
    const putOff = await repairDueTimes(database, channel, schedule, clock.now());
    if (putOff > 0)
      log.warn({ channel, events: putOff }, 'a wrong clock had put questions off; they are due now');
    repairAt = performance.now() + REPAIR_EVERY_MS;
  }

  /** @returns whether more may be due that could be asked at once */
  async function poll(): Promise<boolean> {
    await results.store();
    const free = concurrency - requests;
    if (isStopping || free <= 0 || clock.now() < postponedUntil) return false;
    await repair();
    const limit = free * questionsPerRequest;
    const { claims, examined } = await claimDue(database, channel, intervalMs, clock.now(), {
      limit,
      questionsPerRequest,
    });
    const groups = inGroups(claims, questionsPerRequest);
    for (const group of groups) {
      const asking = ask(group);
      for (const claim of group) underWay.set(claim, asking);
    }
    return examined === limit && groups.length < free;
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      const isMoreDue = await poll().then(worked, failed);
      if (!isMoreDue) await idle.wait(tickMs);
    }
  }

  function worked(isMoreDue: boolean): boolean {
    fault.worked();
    return isMoreDue;
  }

  function failed(error: unknown): boolean {
    fault.failed(error);
    return false;
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      isStopping = true;
      idle.interrupt();
      await running;
      await settlesWithin(drainTimeoutMs, Promise.all(underWay.values()));
      platform.stop();
      for (const claim of underWay.keys()) results.addUnasked(claim);
      underWay.clear();
      await results.store();
    },
    check() {
      if (fault.isFailing) throw new Error(`${channel} cannot be polled.`, { cause: fault.lastError });
    },
  };
}

/** The label of the metric, in snake case as Prometheus has it. */
function outcomeOf(answer: ViewsAnswer): string {
  return answer.kind === 'failed' ? answer.reason.toLowerCase() : answer.kind;
}

function inGroups<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
