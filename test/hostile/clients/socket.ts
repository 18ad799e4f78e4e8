import { once } from 'node:events';
import WebSocket from 'ws';
import { z } from 'zod';

/** A message of the service on a socket, as far as the tests need it. */
const message = z.object({
  type: z.string(),
  id: z.string().optional(),
  payload: z.unknown().optional(),
});
const errors = z.array(z.object({ extensions: z.object({ code: z.string().optional() }).optional() }));
/** Refused before execution: an `error`. Refused by its field: a value with errors. */
const failures = z.union([errors, z.object({ errors }).transform((value) => value.errors)]);

export type Message = z.infer<typeof message>;

/** A socket that can send anything at any rate, unlike a GraphQL client. */
export interface RawSocket {
  /** Sends, even when the connection is closed. Text is sent unchanged. */
  say(what: string | Readonly<Record<string, unknown>>): void;
  /** How many messages of a type have arrived. */
  count(type: string): number;
  /** How it was closed, as `4401 Unauthorized …`; undefined while it is open. */
  readonly closed: string | undefined;
  close(): void;
}

export interface SocketOptions {
  /** Sent with connection_init, waiting for its answer; nothing is sent when left out. */
  readonly token?: string;
  readonly onMessage?: (message: Message) => void;
}

const OPEN_MS = 30_000;

/** @throws Error when it is not opened, or the token is not acknowledged, in time */
export async function openSocket(origin: string, { token, onMessage }: SocketOptions): Promise<RawSocket> {
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  const counts = new Map<string, number>();
  let closed: string | undefined;
  socket.on('message', (data: Buffer) => {
    const received = message.parse(JSON.parse(data.toString()));
    counts.set(received.type, (counts.get(received.type) ?? 0) + 1);
    onMessage?.(received);
  });
  socket.on('close', (code, reason) => (closed = `${code} ${reason.toString()}`.trim()));
  const open = once(socket, 'open', { signal: AbortSignal.timeout(OPEN_MS) });
  const raw: RawSocket = {
    say(what) {
      if (socket.readyState !== WebSocket.OPEN) return;
      // One that has just been reset says so; that it is closed is known by then.
      socket.send(typeof what === 'string' ? what : JSON.stringify(what), () => undefined);
    },
    count: (type) => counts.get(type) ?? 0,
    get closed() {
      return closed;
    },
    close: () => socket.terminate(),
  };
  await open;
  socket.on('error', () => undefined);
  if (token === undefined) return raw;
  const acknowledged = once(socket, 'message', { signal: AbortSignal.timeout(OPEN_MS) });
  raw.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await acknowledged;
  return raw;
}

/** The kind of an operation's result, with the code when it was refused. */
export function kindOfMessage({ type, payload }: Message): string {
  const { data } = failures.safeParse(payload);
  return data === undefined ? type : `${type} ${data[0]?.extensions?.code ?? 'without a code'}`;
}

/** As a socket sends it. */
export function subscribe(id: string, query: string, variables: unknown = {}) {
  return { type: 'subscribe', id, payload: { query, variables } };
}
