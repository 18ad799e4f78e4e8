import { setTimeout as pause } from 'node:timers/promises';
import { createFaultLog } from '../../observability/fault-log';
import type { PollingMetrics } from '../../observability/polling-metrics';
import type { Instant } from '../../domain/values';
import type { Platform, ViewsAnswer } from '../connectors/platform';
import { type Claim, claimDue, makePutOffDue } from './claims';
import { createSettlement, type SettlementOptions } from './settlement';
import { createWaker } from './waker';

/** A platform, and how it is to be asked. */
export interface PolledPlatform {
  readonly platform: Platform;
  /** How often each event is asked about while it runs, in milliseconds. */
  readonly intervalMs: number;
  /** How many questions may be under way at the same time. */
  readonly concurrency: number;
}

export interface ChannelPollerOptions extends SettlementOptions, PolledPlatform {
  readonly metrics: Pick<PollingMetrics, 'countQuestion'>;
  /** How long it rests when nothing is due. */
  readonly tickMs: number;
  /** How long what is under way may take when stopping. */
  readonly patienceMs: number;
}

export interface ChannelPoller {
  start(): void;
  /** Asks nothing more, stores what is answered in time, and gives back what is not. */
  stop(): Promise<void>;
  /** @throws when it cannot do its work, the platform's own failures apart */
  check(): void;
}

/** How often what cannot be due so late is looked for. */
const CATCH_UP_EVERY_MS = 600_000;

/** Asks one platform about its events as they become due. Nothing that happens to it is felt by the others. */
export function createChannelPoller(options: ChannelPollerOptions): ChannelPoller {
  const { platform, intervalMs, concurrency, database, clock, log, metrics, tickMs, patienceMs } = options;
  const { channel } = platform;
  const settlement = createSettlement(options);
  const waker = createWaker();
  const words = { begins: 'polling waits until it can go on', ends: 'platforms are polled again' };
  const fault = createFaultLog(log, words, { channel });
  const underWay = new Map<Claim, Promise<void>>();
  let postponedUntil = -Infinity as Instant;
  let catchUpAt = -Infinity;
  let isStopping = false;
  let running: Promise<void> = Promise.resolve();

  async function ask(claim: Claim): Promise<void> {
    const answer = await platform.ask(claim.question).catch(asFailure);
    // Stopping has given up on it, and given it back.
    if (!underWay.delete(claim)) return;
    metrics.countQuestion(channel, outcomeOf(answer));
    settlement.add(claim, answer);
    if (answer.kind === 'postponed') postponedUntil = answer.until;
    // Not at once when postponed: what is due would be claimed, postponed and released over and over.
    else waker.wake();
  }

  function asFailure(thrown: unknown): ViewsAnswer {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    log.error({ channel, err: error }, 'a connector threw instead of answering');
    return { kind: 'failed', reason: 'BAD_ANSWER', error };
  }

  /** A clock may have been wrong before this process began, and the database's own may be set. */
  async function catchUp(): Promise<void> {
    if (performance.now() < catchUpAt) return;
    const putOff = await makePutOffDue(database, channel, intervalMs, clock.now());
    if (putOff > 0)
      log.warn({ channel, events: putOff }, 'a wrong clock had put questions off; they are due now');
    catchUpAt = performance.now() + CATCH_UP_EVERY_MS;
  }

  /** @returns whether more may be due that could be asked at once */
  async function round(): Promise<boolean> {
    await settlement.settle();
    const free = concurrency - underWay.size;
    if (isStopping || free <= 0 || clock.now() < postponedUntil) return false;
    await catchUp();
    const { claims, looked } = await claimDue(database, channel, intervalMs, clock.now(), free);
    for (const claim of claims) underWay.set(claim, ask(claim));
    return looked === free && claims.length < free;
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      const isMoreDue = await round().then(worked, failed);
      if (!isMoreDue) await waker.sleep(tickMs);
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

  async function answeredWithin(ms: number): Promise<void> {
    const patience = new AbortController();
    const { signal } = patience;
    const over = pause(ms, undefined, { signal }).catch(() => undefined);
    await Promise.race([Promise.all(underWay.values()), over]);
    patience.abort();
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      isStopping = true;
      waker.wake();
      await running;
      await answeredWithin(patienceMs);
      platform.stop();
      for (const claim of underWay.keys()) settlement.addUnasked(claim);
      underWay.clear();
      await settlement.settle();
    },
    check() {
      if (fault.isFailing) throw new Error(`${channel} cannot be polled.`, { cause: fault.lastError });
    },
  };
}

/** The label of a published metric: a postponed question keeps the name that it has always had there. */
function outcomeOf(answer: ViewsAnswer): string {
  if (answer.kind === 'failed') return answer.reason;
  return answer.kind === 'postponed' ? 'held' : answer.kind;
}
