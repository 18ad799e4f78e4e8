import { setTimeout as pause } from 'node:timers/promises';
import { waitFor } from '../../harness/wait-for';
import type { Scene } from '../attack';
import { ask } from './http';
import { COUNT, WHOLE_DASHBOARD } from './operations';
import { openSocket, subscribe } from './socket';

/** Somebody else who reads his own dashboards as one does, one after the other, by turns over every transport. */
export interface Neighbour {
  /** @returns what he should not have seen */
  stop(): Promise<readonly string[]>;
}

const EVERY_MS = 50;
const PATIENCE_MS = 60_000;

type Look = (scene: Scene, eventId: string) => Promise<string>;

const readRest: Look = async ({ origin, neighbour: token }, eventId) => {
  const { status, failure } = await ask(origin, { token, path: `/api/events/${eventId}/analytics` });
  return failure ?? String(status);
};

const readGraphQL: Look = async ({ origin, neighbour: token }, eventId) => {
  const json = { query: WHOLE_DASHBOARD, variables: { eventId } };
  const { status, failure } = await ask(origin, { token, json });
  return failure ?? String(status);
};

const firstValue: Look = async ({ origin, neighbour: token }, eventId) => {
  const socket = await openSocket(origin, { token });
  try {
    socket.say(subscribe('count', COUNT, { eventId }));
    await waitFor(
      () => socket.count('next') > 0 || socket.closed !== undefined || socket.count('error') > 0,
      {
        what: 'a first value',
        timeoutMs: PATIENCE_MS,
        everyMs: 2,
      },
    );
    return socket.count('next') > 0 ? '200' : `no first value (${socket.closed ?? 'error'})`;
  } finally {
    socket.close();
  }
};

const LOOKS: readonly Look[] = [readRest, readGraphQL, firstValue];

export function openNeighbour(scene: Scene): Neighbour {
  const { shops, neighbourWaitsMs, tell } = scene;
  const { eventIds } = shops.small;
  const closing = new AbortController();
  const problems = new Set<string>();
  let [read, longestMs] = [0, 0];

  async function look(): Promise<void> {
    const begun = performance.now();
    const answer = await LOOKS[read % LOOKS.length]!(scene, eventIds[read % eventIds.length]!).catch(String);
    longestMs = Math.max(longestMs, performance.now() - begun);
    read += 1;
    if (answer !== '200') problems.add(`a neighbour was answered ${answer}`);
  }

  const reading = (async () => {
    while (!closing.signal.aborted) {
      await look();
      await pause(EVERY_MS);
    }
  })();
  return {
    async stop() {
      closing.abort();
      await reading;
      tell(`a neighbour read ${read} times and waited ${Math.round(longestMs)} ms at the longest`);
      if (longestMs > neighbourWaitsMs)
        problems.add(
          `a neighbour waited ${Math.round(longestMs)} ms, more than ${Math.round(neighbourWaitsMs)} ms`,
        );
      return [...problems];
    },
  };
}
