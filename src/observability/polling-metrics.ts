import { Counter, type Registry } from 'prom-client';

/** The metrics of polling. */
export interface PollingMetrics {
  /** @param outcome measured, no_value, not_configured, postponed, or why it failed */
  countPoll(channel: string, outcome: string): void;
}

export function createPollingMetrics(registry: Registry): PollingMetrics {
  const polls = new Counter({
    name: 'analytics_platform_polls_total',
    help: 'Polls of platforms by their outcome: measured, no_value, not_configured (the id of the event), postponed, or why they failed.',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  return { countPoll: (channel, outcome) => polls.inc({ channel, outcome }) };
}
