import { setTimeout as pause } from 'node:timers/promises';
import { now } from '../../../bench/live/now';
import { waitFor } from '../../harness/wait-for';
import { ask } from '../clients/http';
import { COUNT, WHOLE_DASHBOARD } from '../clients/operations';
import { kindOfMessage, openSocket, subscribe } from '../clients/socket';
import { lostMs, processorOf } from './processor';

/** Other readers of their own dashboards, one after the other, over each transport in turn. */
export interface Neighbour {
  stop(): Promise<Reading>;
}

export interface NeighbourOptions {
  readonly origin: string;
  /** The gateway's process. */
  readonly pid: number;
  /** One for each reader. */
  readonly tokens: readonly string[];
  readonly eventIds: readonly string[];
}

/** What the readers measured. */
export interface Reading {
  readonly read: number;
  /** Without the time for which the machine had no free processor, like HealthWatch. */
  readonly longestMs: number;
  /** The wrong answers. */
  readonly refusals: readonly string[];
}

const EVERY_MS = 50;
const PATIENCE_MS = 60_000;

type Look = (origin: string, token: string, eventId: string) => Promise<string>;

const readRest: Look = async (origin, token, eventId) => {
  const { status, failure } = await ask(origin, { token, path: `/api/events/${eventId}/analytics` });
  return failure ?? String(status);
};

const readGraphQL: Look = async (origin, token, eventId) => {
  const json = { query: WHOLE_DASHBOARD, variables: { eventId } };
  const { status, failure } = await ask(origin, { token, json });
  return failure ?? String(status);
};

const firstValue: Look = async (origin, token, eventId) => {
  let told: string | undefined;
  const socket = await openSocket(origin, {
    token,
    onMessage: (message) => message.id !== undefined && (told ??= kindOfMessage(message)),
  });
  try {
    socket.say(subscribe('count', COUNT, { eventId }));
    await waitFor(() => told !== undefined || socket.closed !== undefined, {
      what: 'a first value',
      timeoutMs: PATIENCE_MS,
      everyMs: 2,
    });
    return told === 'next' ? '200' : `no first value (${told ?? socket.closed})`;
  } finally {
    socket.close();
  }
};

const LOOKS: readonly Look[] = [readRest, readGraphQL, firstValue];

export function openNeighbour(options: NeighbourOptions): Neighbour {
  const { origin, pid, tokens, eventIds } = options;
  const closing = new AbortController();
  const refusals = new Set<string>();
  let [read, longestMs] = [0, 0];

  const nextLook = (): Promise<string> =>
    LOOKS[read % LOOKS.length]!(origin, tokens[read % tokens.length]!, eventIds[read % eventIds.length]!);

  async function look(): Promise<void> {
    const [begun, before] = [now(), processorOf(pid)];
    const answer = await nextLook().catch(String);
    longestMs = Math.max(longestMs, now() - begun - lostMs(before, processorOf(pid)));
    read += 1;
    if (answer !== '200') refusals.add(answer);
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
      return { read, longestMs, refusals: [...refusals] };
    },
  };
}
