import type { Histogram } from './histogram';
import type { Usage } from './messages';

/** Two percentiles, in milliseconds; null where there was nothing to measure. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface Measurement {
  readonly name: string;
  readonly subscribers: number;
  readonly seconds: number;
  /** Messages that the subscribers received in that time. */
  readonly delivered: number;
  readonly deliveredPerSecond: number;
  /**
   * Registrations that those messages made known, summed over the subscribers: a count that is 500 higher than the one
   * before stands for 500. Null where messages stand for none.
   */
  readonly toldPerSecond: number | null;
  /** From when the newest registration in a value was sent until the value was received. */
  readonly freshnessMs: Quantiles;
  /** From when a registration was sent until the first value that includes it was received. */
  readonly perRegistrationMs: Quantiles;
  /** Of the process that serves the subscribers; null when it did not even answer. */
  readonly server: Usage | null;
  /** Of the busier one of the processes that hold the subscribers. */
  readonly subscribersUsage: Usage;
  /** Of the worker. */
  readonly worker: Usage;
  /** Of everything that this benchmark runs, servers included. */
  readonly ownCores: number;
  /** Of all other processes of the machine: when it is not about 0, it affects the results. */
  readonly otherCores: number;
}

export interface Target {
  readonly name: string;
  readonly wanted: string;
  readonly measured: string;
  readonly isReached: boolean;
}

export interface Results {
  readonly machine: string;
  readonly measurements: readonly Measurement[];
  readonly targets: readonly Target[];
}

export function quantiles(histogram: Histogram): Quantiles {
  const at = (percent: number): number | null =>
    histogram.total === 0 ? null : histogram.percentile(percent);
  return { p50: at(50), p99: at(99) };
}
