import { Gauge, type Registry } from 'prom-client';
import type { WaitingLetters } from '../database/dead-letters/waiting-letters';
import type { SingleFlightRead } from './single-flight-read';

/**
 * The dead letters in the outbox. They are read from the database at each scrape, so that every gateway reports all workers;
 * they have no values while the database is away.
 */
export function registerDeadLetterMetrics(
  registry: Registry,
  read: SingleFlightRead<readonly WaitingLetters[]>,
): void {
  const common = { labelNames: ['topic'] as const, registers: [registry] };
  new Gauge({
    ...common,
    name: 'analytics_dead_letters_waiting',
    help: 'Dead letters of the topic that wait to be sent to its dead-letter topic.',
    async collect() {
      const topics = await read();
      this.reset();
      for (const { topic, count } of topics ?? []) this.set({ topic }, count);
    },
  });
  new Gauge({
    ...common,
    name: 'analytics_dead_letter_oldest_seconds',
    help: 'For how long the dead letter of the topic that waits longest has waited; 0 when none does.',
    async collect() {
      const topics = await read();
      this.reset();
      for (const { topic, oldestSeconds } of topics ?? []) this.set({ topic }, oldestSeconds);
    },
  });
}
