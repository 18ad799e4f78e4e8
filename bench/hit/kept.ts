import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { tell } from '../../test/harness/machine/progress';
import type { Request } from '../contest/readers';
import type { Deployment } from '../contest/deployment';

const HOUR_MS = 3_600_000;

/**
 * Makes the service cache all answers for the length of a round: at the full hour they change and are assembled again.
 *
 * @param forSeconds how long they are wanted
 */
export async function keepAll(
  origin: string,
  requests: readonly Request[],
  forSeconds: number,
): Promise<void> {
  const left = HOUR_MS - (Date.now() % HOUR_MS);
  if (left < forSeconds * 1_000) {
    tell('waiting for the full hour, at which answers change …');
    await sleep(left + 1_000);
  }
  for (const request of requests) await bodyOf(origin, request);
}

/** Puts the service's own answers where the rivals look for them, each behind its store's id. */
export async function keepForRivals(deployment: Deployment, requests: readonly Request[]): Promise<void> {
  const redis = new Redis(deployment.redisUrl);
  try {
    const events = deployment.shops.flatMap(({ storeId, eventIds }) =>
      eventIds.map((eventId) => ({ storeId, eventId })),
    );
    for (const [place, { storeId, eventId }] of events.entries()) {
      await redis.set(`rival:${eventId}`, storeId + (await bodyOf(deployment.origin, requests[place]!)));
    }
  } finally {
    redis.disconnect();
  }
}

async function bodyOf(origin: string, { path, headers }: Request): Promise<string> {
  const response = await fetch(origin + path, { headers });
  const body = await response.text();
  if (!response.ok) throw new Error(`The service answered ${response.status}: ${body}`);
  return body;
}
