import { holderOf } from '../../auth/admission';
import type { Bulkhead } from '../../auth/bulkhead';
import type { ReadEventSizes } from '../cost/event-sizes';
import { createDeadline } from './deadline';

/** One statement. */
const LIGHT = 0;

export interface FairSizesOptions {
  readonly readSizes: ReadEventSizes;
  readonly bulkhead: Bulkhead;
  readonly timeoutMs: number;
}

/**
 * Reads sizes as operations read everything else: with a permit of the bulkhead, and within the same timeout. Without a
 * permit, one token could occupy all connections to the database with it.
 *
 * @returns rejects with AppError TOO_MANY_REQUESTS, SERVICE_OVERLOADED, OPERATION_TIMEOUT; the reason of `gone`
 */
export function createFairSizes({ readSizes, bulkhead, timeoutMs }: FairSizesOptions): ReadEventSizes {
  return async (viewer, eventIds, gone) => {
    const { release } = await bulkhead.acquire(holderOf(viewer), LIGHT, gone);
    const deadline = createDeadline(timeoutMs, gone);
    const reading = readSizes(viewer, eventIds, gone).finally(release);
    try {
      return await deadline.within(reading);
    } finally {
      deadline.end();
    }
  };
}
