import { holderOf } from '../../auth/admission';
import type { Shares } from '../../auth/shares';
import type { ReadEventSizes } from '../cost/event-sizes';
import { createDeadline } from './deadline';

/** One statement. */
const LIGHT = 0;

export interface FairSizesOptions {
  readonly readSizes: ReadEventSizes;
  readonly shares: Shares;
  readonly timeoutMs: number;
}

/**
 * Reads sizes as operations read everything else: within the share of who asks, and within a time of the same length.
 * Whoever could have them read beside their share could have all connections to the database wait for it.
 *
 * @returns rejects with AppError TOO_MANY_REQUESTS, SERVICE_OVERLOADED, OPERATION_TIMEOUT; the reason of `gone`
 */
export function createFairSizes({ readSizes, shares, timeoutMs }: FairSizesOptions): ReadEventSizes {
  return async (viewer, eventIds, gone) => {
    const { giveBack } = await shares.take(holderOf(viewer), LIGHT, gone);
    const deadline = createDeadline(timeoutMs, gone);
    const reading = readSizes(viewer, eventIds, gone).finally(giveBack);
    try {
      return await deadline.within(reading);
    } finally {
      deadline.end();
    }
  };
}
