import { HEAVY_COST } from '../../auth/bulkhead';

const COST_PER_POINT = 1_000;
/** Heavy work counts twice: it delays others, who wait for each of its pieces. */
const HEAVY_COST_PER_POINT = 500;

/**
 * How much an operation counts towards its token's rate, beside the one point of any request.
 *
 * @param cost in units of about a microsecond
 */
export function pointsOf(cost: number): number {
  return Math.floor(cost / (cost >= HEAVY_COST ? HEAVY_COST_PER_POINT : COST_PER_POINT));
}
