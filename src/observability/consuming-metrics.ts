import { Counter, type Registry } from 'prom-client';

/** What became of a message, as its label says. */
interface Outcome {
  readonly kind: string;
}

/** The metrics of applied batches. */
export interface ConsumingMetrics {
  /** Counts a batch that has been applied. */
  countBatch(topic: string, outcomes: readonly Outcome[]): void;
}

export function createConsumingMetrics(registry: Registry): ConsumingMetrics {
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
