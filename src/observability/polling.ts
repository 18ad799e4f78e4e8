import { Counter, type Registry } from 'prom-client';

/** What is counted of asking the platforms. */
export interface PollingFigures {
  /** @param outcome measured, unknown, unnamed, held, or why it failed */
  asked(channel: string, outcome: string): void;
}

export function createPollingFigures(registry: Registry): PollingFigures {
  const asked = new Counter({
    name: 'analytics_platform_questions_total',
    help: 'Questions to platforms by what came of them: measured, unknown, unnamed, held, or why they failed.',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  return { asked: (channel, outcome) => asked.inc({ channel, outcome }) };
}
