import { z } from 'zod';
import { firstDifference } from '../contest/answers';
import type { Contestant } from '../contest/contest';

/** One whose answers can be held against the service's. */
export interface Comparable extends Contestant {
  /** Brings its data into the shape of the service's; as it is when left out. */
  readonly reshape?: (data: unknown) => unknown;
}

const answer = z.object({ data: z.unknown(), errors: z.undefined().optional() });

/**
 * Asks each for everything once.
 *
 * @param contestants ours first
 * @throws Error naming where an answer differs from ours
 */
export async function compareAnswers(contestants: readonly Comparable[]): Promise<void> {
  const [ours, ...rivals] = contestants;
  if (ours === undefined) return;
  for (const place of ours.load.requests.keys()) {
    const expected = await dataOf(ours, place);
    for (const rival of rivals) {
      const found = await dataOf(rival, place);
      const difference = firstDifference(expected, rival.reshape?.(found) ?? found);
      if (difference !== undefined)
        throw new Error(`${ours.name} and ${rival.name} answer request ${place} otherwise: ${difference}`);
    }
  }
}

async function dataOf({ name, load: { url, requests } }: Contestant, place: number): Promise<unknown> {
  const { path, method, headers, body } = requests[place]!;
  const response = await fetch(url + path, { method, headers, body: body ?? null });
  const text = await response.text();
  const parsed = answer.safeParse(JSON.parse(text));
  if (!response.ok || !parsed.success)
    throw new Error(`${name} answered ${response.status}: ${text.slice(0, 500)}`);
  return parsed.data.data;
}
