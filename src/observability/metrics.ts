import { collectDefaultMetrics, Registry } from 'prom-client';
import { type ConsumingMetrics, createConsumingMetrics } from './consuming-metrics';
import { createPollingMetrics, type PollingMetrics } from './polling-metrics';

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
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: SAMPLE_EVERY_MS });
  return {
    registry,
    consuming: createConsumingMetrics(registry),
    polling: createPollingMetrics(registry),
  };
}
