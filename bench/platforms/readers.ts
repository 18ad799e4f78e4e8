import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Deployment } from './deployment';

/** How long answers took, in milliseconds. */
export interface Durations {
  readonly rest: readonly number[];
  readonly graphql: readonly number[];
}

const OPERATION = readFileSync(path.join(__dirname, '../../src/rest/dashboard.graphql'), 'utf8');
const restAnswer = z.object({ cacheStatus: z.enum(['HIT', 'MISS']) });
const graphqlAnswer = z.object({ data: z.object({ dashboard: z.object({}) }) });

/**
 * Reads one dashboard after the other at a constant rate, by turns over REST and GraphQL, whether or not the ones
 * before have been answered: a growing queue delays later requests, as it would for readers.
 *
 * @throws Error when an answer is wrong
 */
export async function readDashboards(
  deployment: Deployment,
  rate: number,
  seconds: number,
): Promise<Durations> {
  const rest: number[] = [];
  const graphql: number[] = [];
  const reading: Promise<void>[] = [];
  const begun = performance.now();
  for (let count = 0; count < rate * seconds; count++) {
    const due = begun + (count * 1_000) / rate;
    await pause(Math.max(0, due - performance.now()));
    // Each event in its turn over both: as far away from its last reading as can be.
    const eventId = deployment.eventIds[(count >> 1) % deployment.eventIds.length]!;
    const read = count % 2 === 0 ? readRest(deployment, eventId) : readGraphQL(deployment, eventId);
    const durations = count % 2 === 0 ? rest : graphql;
    const sent = Math.max(due, performance.now());
    reading.push(
      read.then((isCounted) => {
        if (isCounted) durations.push(performance.now() - sent);
      }),
    );
  }
  await Promise.all(reading);
  return { rest, graphql };
}

/** @returns whether it was assembled for this request */
async function readRest({ origin, token }: Deployment, eventId: string): Promise<boolean> {
  const response = await fetch(`${origin}/api/events/${eventId}/analytics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`REST answered ${response.status}: ${JSON.stringify(body)}`);
  return restAnswer.parse(body).cacheStatus === 'MISS';
}

async function readGraphQL({ origin, token }: Deployment, eventId: string): Promise<boolean> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: OPERATION, variables: { eventId } }),
  });
  graphqlAnswer.parse(await response.json());
  return true;
}
