import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { VERSION } from './version';

/** The Prometheus metrics of this process. */
export interface Metrics {
  readonly registry: Registry;
  readonly consuming: ConsumingMetrics;
  readonly polling: PollingMetrics;
}

/**
 * How often the event-loop lag is sampled, in milliseconds. Each sample wakes the process: at prom-client's ten
 * milliseconds, sampling took half of all the processor time of an idle process.
 */
const SAMPLE_EVERY_MS = 100;

/**
 * Our own metrics and those of the process: memory, processor time, event-loop lag (the time between two samples, so that
 * a loop which is never late shows the sampling interval).
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  new Gauge({
    name: 'analytics_build_info',
    help: 'Always 1; the version of the service is its label.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: VERSION }, 1);
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: SAMPLE_EVERY_MS });
  return {
    registry,
    consuming: createConsumingMetrics(registry),
    polling: createPollingMetrics(registry),
  };
}

/** The metrics of polling. */
export interface PollingMetrics {
  /** @param outcome measured, no_value, not_configured, postponed, or why it failed */
  countPoll(channel: string, outcome: string): void;
  /** Shows from now on whether the quota of the channel's platform is used up. */
  watchQuota(channel: string, isUsedUp: () => boolean): void;
}

function createPollingMetrics(registry: Registry): PollingMetrics {
  const polls = new Counter({
    name: 'analytics_platform_polls_total',
    help: 'Polls of platforms by their outcome: measured, no_value, not_configured (the id of the event), postponed, or why they failed.',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  const quotas = new Map<string, () => boolean>();
  new Gauge({
    name: 'analytics_platform_quota_used_up',
    help: '1 while this process asks the platform of the channel nothing, since its quota of the day is used up, else 0.',
    labelNames: ['channel'],
    registers: [registry],
    collect() {
      for (const [channel, isUsedUp] of quotas) this.set({ channel }, isUsedUp() ? 1 : 0);
    },
  });
  return {
    countPoll: (channel, outcome) => polls.inc({ channel, outcome }),
    watchQuota: (channel, isUsedUp) => void quotas.set(channel, isUsedUp),
  };
}

/** What became of a message, as its label says. */
interface Outcome {
  readonly kind: string;
}

const OUTCOMES = ['applied', 'duplicate', 'skipped', 'rejected'];

/** The metrics of applied batches. */
export interface ConsumingMetrics {
  /** Shows what nothing has become yet as 0: of a counter that begins with 1 Prometheus does not see that it has grown. */
  begin(topics: readonly string[]): void;
  /** Counts a batch that has been applied. */
  countBatch(topic: string, outcomes: readonly Outcome[]): void;
}

function createConsumingMetrics(registry: Registry): ConsumingMetrics {
  const registers = [registry];
  const batches = new Counter({
    name: 'analytics_batches_total',
    help: 'Batches of messages that were dealt with to their end.',
    labelNames: ['topic'],
    registers,
  });
  const messages = new Counter({
    name: 'analytics_messages_total',
    help: 'Messages by what became of them: applied, duplicate, skipped, or rejected (a dead letter).',
    labelNames: ['topic', 'outcome'],
    registers,
  });
  return {
    begin(topics) {
      for (const topic of topics) for (const outcome of OUTCOMES) messages.inc({ topic, outcome }, 0);
    },
    countBatch(topic, outcomes) {
      batches.inc({ topic });
      for (const [outcome, count] of countByKind(outcomes)) messages.inc({ topic, outcome }, count);
    },
  };
}

function countByKind(outcomes: readonly Outcome[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of outcomes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
