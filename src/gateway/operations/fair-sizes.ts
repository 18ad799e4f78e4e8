import { holderOf } from '../../auth/admission';
import type { Bulkhead } from '../../auth/bulkhead';
import type { ReadSizes, SizeReader } from '../cost/size-reader';
import { createDeadline } from './deadline';

/** One statement. */
const LIGHT = 0;

export interface FairSizesOptions {
  readonly sizes: SizeReader;
  readonly bulkhead: Bulkhead;
  readonly timeoutMs: number;
}

/**
 * Reads sizes as operations read everything else: with a permit of the bulkhead, and within the same timeout. Without a
 * permit, one token could occupy all connections to the database with it.
 *
 * @returns rejects with AppError TOO_MANY_REQUESTS, SERVICE_OVERLOADED, OPERATION_TIMEOUT; the reason of `gone`
 */
export function createFairSizes({ sizes, bulkhead, timeoutMs }: FairSizesOptions): SizeReader {
  const fair =
    <Asked, Found>(read: ReadSizes<Asked, Found>): ReadSizes<Asked, Found> =>
    async (viewer, asked, gone) => {
      const { release } = await bulkhead.acquire(holderOf(viewer), LIGHT, gone);
      const deadline = createDeadline(timeoutMs, gone);
      const reading = read(viewer, asked, gone).finally(release);
      try {
        return await deadline.within(reading);
      } finally {
        deadline.end();
      }
    };

  return { events: fair(sizes.events), stores: fair(sizes.stores), pages: fair(sizes.pages) };
}
