import { collectDefaultMetrics, Registry } from 'prom-client';
import { type ConsumingFigures, createConsumingFigures } from './consuming';
import { createPollingFigures, type PollingFigures } from './polling';

/** What this process counts of its own work, for Prometheus to fetch. */
export interface Monitoring {
  readonly registry: Registry;
  readonly consuming: ConsumingFigures;
  readonly polling: PollingFigures;
}

/**
 * How often it is looked how late the event loop is, in milliseconds. Each look wakes the process: by prom-client's ten
 * milliseconds that was half of all that a process takes of a core when there is nothing to do.
 */
const LOOK_EVERY_MS = 100;

/**
 * Besides our own figures those of the process: memory, processor time, how late the event loop is (the time between two
 * looks, so that one which is never late shows how often it is looked).
 */
export function createMonitoring(): Monitoring {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOK_EVERY_MS });
  return {
    registry,
    consuming: createConsumingFigures(registry),
    polling: createPollingFigures(registry),
  };
}
