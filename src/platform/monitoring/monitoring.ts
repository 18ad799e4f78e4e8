import { collectDefaultMetrics, Registry } from 'prom-client';
import { type ConsumingFigures, createConsumingFigures } from './consuming';
import { createPollingFigures, type PollingFigures } from './polling';

/** What this process counts of its own work, for Prometheus to fetch. */
export interface Monitoring {
  readonly registry: Registry;
  readonly consuming: ConsumingFigures;
  readonly polling: PollingFigures;
}

/** Besides our own figures those of the process: memory, processor time, how late the event loop is. */
export function createMonitoring(): Monitoring {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    consuming: createConsumingFigures(registry),
    polling: createPollingFigures(registry),
  };
}
