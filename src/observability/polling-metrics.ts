import { Counter, type Registry } from 'prom-client';

/** The metrics of polling. */
export interface PollingMetrics {
  /** @param outcome measured, unknown, unnamed, held (postponed), or why it failed */
  countQuestion(channel: string, outcome: string): void;
}

export function createPollingMetrics(registry: Registry): PollingMetrics {
  const asked = new Counter({
    name: 'analytics_platform_questions_total',
    help: 'Questions to platforms by what came of them: measured, unknown, unnamed, held, or why they failed.',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  return { countQuestion: (channel, outcome) => asked.inc({ channel, outcome }) };
}
