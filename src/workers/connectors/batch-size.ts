import type { Clock } from '../../runtime/clock';

/** How many ids a platform is asked about in a request. */
export interface BatchSize {
  readonly current: number;
  /** More were refused, and none of them is why. */
  lower(to: number): void;
}

/** After that it is tried again whether the platform takes as many as it should. */
const LOWERED_FOR_MS = 60 * 60_000;

/** @param most what its connector says */
export function createBatchSize(clock: Clock, most: number): BatchSize {
  let lowered = most;
  let until = -Infinity;
  return {
    get current() {
      return clock.now() < until ? lowered : most;
    },
    lower(to) {
      lowered = to;
      until = clock.now() + LOWERED_FOR_MS;
    },
  };
}
