import type { Scenario } from '../attack';
import { ask } from './http';
import { TREND, WHOLE_DASHBOARDS } from './operations';

/** An operation over many dashboards. */
export interface Operation {
  readonly query: string;
  readonly variables: { readonly eventIds: readonly string[] };
}

export type Ask = (eventIds: readonly string[]) => Operation;

export const allSections: Ask = (eventIds) => ({ query: WHOLE_DASHBOARDS, variables: { eventIds } });

export const hourlyTrends: Ask = (eventIds) => ({
  query: `query ($eventIds: [UUID!]!) { dashboards(eventIds: $eventIds) { ${TREND} } }`,
  variables: { eventIds },
});

/** From as many as the schema allows down to one. */
const SIZES = [50, 40, 30, 24, 20, 16, 12, 10, 8, 6, 5, 4, 3, 2, 1];

/**
 * The largest operation of its kind within the limits: a refused one costs next to nothing, so an attacker would not use
 * it.
 *
 * @throws Error when not even one dashboard is served
 */
export async function largestServed(
  { origin, accomplice, shops, tell }: Pick<Scenario, 'origin' | 'accomplice' | 'shops' | 'tell'>,
  operation: Ask,
): Promise<Operation> {
  // Each with another token, because expensive operations soon reach the rate limit of a token.
  for (const [number, size] of SIZES.entries()) {
    const json = operation(shops.large.eventIds.slice(0, size));
    const { status, bytes, failure } = await ask(origin, { token: accomplice(number), json });
    if (failure !== undefined) throw new Error(`${size} dashboards were not answered: ${failure}`);
    if (status !== 200) continue;
    tell(`${size} dashboards of ${Math.round(bytes / 1024)} KiB are served`);
    return json;
  }
  throw new Error('Not even one dashboard was served.');
}
