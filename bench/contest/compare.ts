import { firstDifference } from './answers';
import type { Contestant } from './contest';
import type { Request } from './readers';

/** A server whose answers can be compared with the service's. */
export interface Comparable extends Contestant {
  /** Reads a body into what is compared. @throws Error when it is no answer */
  readonly toAnswer: (body: string) => unknown;
  /** Sends one request; over HTTP when left out. @throws Error when it does not answer */
  readonly ask?: (url: string, request: Request) => Promise<string>;
}

/**
 * Sends every request to each once.
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

async function answerOf(contestant: Comparable, place: number): Promise<unknown> {
  const { name, load, toAnswer, ask = askOverHttp } = contestant;
  const body = await ask(load.url, load.requests[place]!);
  try {
    return toAnswer(body);
  } catch (cause) {
    throw new Error(`${name} answered what is no answer: ${body.slice(0, 500)}`, { cause });
  }
}

async function askOverHttp(url: string, { path, method, headers, body }: Request): Promise<string> {
  const response = await fetch(url + path, { method, headers, body: body ?? null });
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`${url + path} answered ${response.status}: ${text.slice(0, 500)}`);
}
