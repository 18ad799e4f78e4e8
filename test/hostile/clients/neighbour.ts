import { setTimeout as pause } from 'node:timers/promises';
import type { Scene } from '../attack';
import { ask } from './http';
import { WHOLE_DASHBOARD } from './operations';

/** Somebody else who reads his own dashboards as one does, one after the other. */
export interface Neighbour {
  /** @returns what he should not have seen */
  stop(): Promise<readonly string[]>;
}

const EVERY_MS = 50;

export function openNeighbour({
  origin,
  neighbour,
  shops: { small },
  neighbourWaitsMs,
  tell,
}: Scene): Neighbour {
  const closing = new AbortController();
  const problems = new Set<string>();
  let [read, longestMs] = [0, 0];

  async function look(eventId: string): Promise<void> {
    const question =
      read % 2 === 0
        ? { path: `/api/events/${eventId}/analytics` }
        : { json: { query: WHOLE_DASHBOARD, variables: { eventId } } };
    const { status, failure, tookMs } = await ask(origin, { token: neighbour, ...question });
    read += 1;
    longestMs = Math.max(longestMs, tookMs);
    if (status !== 200) problems.add(`a neighbour was answered ${failure ?? status}`);
  }

  const reading = (async () => {
    while (!closing.signal.aborted) {
      await look(small.eventIds[read % small.eventIds.length]!);
      await pause(EVERY_MS);
    }
  })();
  return {
    async stop() {
      closing.abort();
      await reading;
      tell(`a neighbour read ${read} dashboards and waited ${Math.round(longestMs)} ms at the longest`);
      if (longestMs > neighbourWaitsMs)
        problems.add(
          `a neighbour waited ${Math.round(longestMs)} ms, more than ${Math.round(neighbourWaitsMs)} ms`,
        );
      return [...problems];
    },
  };
}
