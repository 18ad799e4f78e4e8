import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { COUNT, WHOLE_DASHBOARD } from '../../test/hostile/clients/operations';
import { openSocket, subscribe } from '../../test/hostile/clients/socket';
import { now } from '../live/now';

/** How long answers took, in milliseconds, and the refusals. */
export interface Reading {
  readonly rest: readonly number[];
  readonly graphql: readonly number[];
  readonly refusals: readonly string[];
}

/** A count of participants, and when the reader received it first, by the machine's monotonic clock. */
export interface Seen {
  readonly count: number;
  readonly at: number;
}

/** A usual reader. */
export interface Reader {
  /** Reads dashboards at a constant rate, whether or not earlier requests have been answered. */
  read(rate: number, seconds: number): Promise<Reading>;
  /** The counts of its subscription since the last call. */
  counts(): readonly Seen[];
}

export interface ReaderOptions {
  readonly origin: string;
  /** Tokens of all owners of the shop: one alone would meet the rate limit. */
  readonly tokens: readonly string[];
  /** The first one is subscribed to. */
  readonly eventIds: readonly string[];
}

const next = z.object({ data: z.object({ participantCount: z.object({ count: z.number() }) }) });

export async function openReader(options: ReaderOptions): Promise<Reader> {
  const { origin, tokens, eventIds } = options;
  let seen: Seen[] = [];
  const lost: string[] = [];
  const socket = await openSocket(origin, {
    token: tokens[0]!,
    onMessage({ type, payload }) {
      if (type === 'error' || type === 'complete') lost.push(`the subscription ended (${type})`);
      if (type === 'next') seen.push({ count: next.parse(payload).data.participantCount.count, at: now() });
    },
  });
  socket.say(subscribe('count', COUNT, { eventId: eventIds[0] }));
  return {
    async read(rate, seconds) {
      const reading = await readDashboards(options, rate, seconds);
      const closed = socket.closed === undefined ? [] : [`the subscription was closed (${socket.closed})`];
      return { ...reading, refusals: [...reading.refusals, ...lost.splice(0), ...closed] };
    },
    counts() {
      const told = seen;
      seen = [];
      return told;
    },
  };
}

async function readDashboards(options: ReaderOptions, rate: number, seconds: number): Promise<Reading> {
  const { origin, tokens, eventIds } = options;
  const [rest, graphql, refusals]: [number[], number[], string[]] = [[], [], []];
  const reading: Promise<void>[] = [];
  const begun = performance.now();
  for (let count = 0; count < rate * seconds; count++) {
    const due = begun + (count * 1_000) / rate;
    await pause(Math.max(0, due - performance.now()));
    const eventId = eventIds[(count >> 1) % eventIds.length]!;
    const [look, durations] = count % 2 === 0 ? [readRest, rest] : [readGraphQL, graphql];
    // The delay of a late request counts as a wait.
    const answered = look(origin, tokens[(count >> 1) % tokens.length]!, eventId).then(
      () => void durations.push(performance.now() - due),
      (error: unknown) => void refusals.push(error instanceof Error ? error.message : String(error)),
    );
    reading.push(answered);
  }
  await Promise.all(reading);
  return { rest, graphql, refusals };
}

async function readRest(origin: string, token: string, eventId: string): Promise<void> {
  const response = await fetch(`${origin}/api/events/${eventId}/analytics`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`REST answered ${response.status}`);
}

async function readGraphQL(origin: string, token: string, eventId: string): Promise<void> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: WHOLE_DASHBOARD, variables: { eventId } }),
  });
  const body = await response.text();
  if (!response.ok || body.startsWith('{"errors"')) throw new Error(`GraphQL answered ${response.status}`);
}
