import { firstDifference } from './answers';
import type { Contestant } from './contest';

/** One whose answers can be held against the service's. */
export interface Comparable extends Contestant {
  /** Reads a body into what is compared. @throws Error when it is no answer */
  readonly toAnswer: (body: string) => unknown;
}

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
    const expected = await answerOf(ours, place);
    for (const rival of rivals) {
      const difference = firstDifference(expected, await answerOf(rival, place));
      if (difference !== undefined)
        throw new Error(`${ours.name} and ${rival.name} answer request ${place} otherwise: ${difference}`);
    }
  }
}

async function answerOf(
  { name, load: { url, requests }, toAnswer }: Comparable,
  place: number,
): Promise<unknown> {
  const { path, method, headers, body } = requests[place]!;
  const response = await fetch(url + path, { method, headers, body: body ?? null });
  const text = await response.text();
  try {
    if (response.ok) return toAnswer(text);
  } catch (cause) {
    throw new Error(`${name} answered what is no answer: ${text.slice(0, 500)}`, { cause });
  }
  throw new Error(`${name} answered ${response.status}: ${text.slice(0, 500)}`);
}
