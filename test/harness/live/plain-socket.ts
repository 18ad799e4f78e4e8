import WebSocket from 'ws';
import { z } from 'zod';
import { waitFor } from '../wait-for';

const message = z.object({ type: z.string(), id: z.string().optional(), payload: z.unknown().optional() });
export type PlainMessage = z.infer<typeof message>;

/** A socket for messages of the protocol that no client library would send. */
export interface PlainSocket {
  readonly socket: WebSocket;
  /** The messages so far, in order. */
  readonly received: readonly PlainMessage[];
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
  send(what: PlainMessage): void;
  subscribe(id: string, query: string, variables?: Readonly<Record<string, unknown>>): void;
  complete(id: string): void;
  /** Waits for the first message of that kind, of that id if one is given. */
  until(type: string, id?: string): Promise<PlainMessage>;
  end(): void;
}

const WAIT_MS = 20_000;

export interface UpgradeRequest {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Resolves when it is open. @throws Error when the server refuses the upgrade */
export async function openPlainSocket(
  origin: string,
  { path = '/graphql', headers = {} }: UpgradeRequest = {},
): Promise<PlainSocket> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`, 'graphql-transport-ws', { headers });
  const received: PlainMessage[] = [];
  let closed: PlainSocket['closed'];
  socket.on('message', (data: Buffer) => received.push(message.parse(JSON.parse(data.toString()))));
  socket.on('close', (code, reason) => (closed = { code, reason: reason.toString() }));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  const send = (what: PlainMessage): void => socket.send(JSON.stringify(what));
  return {
    socket,
    received,
    get closed() {
      return closed;
    },
    send,
    subscribe: (id, query, variables = {}) => send({ id, type: 'subscribe', payload: { query, variables } }),
    complete: (id) => send({ id, type: 'complete' }),
    until: (type, id) =>
      waitFor(
        () => received.find((each) => each.type === type && (id === undefined || each.id === id)) ?? false,
        { what: `a message ${type} ${id ?? ''}`, timeoutMs: WAIT_MS, everyMs: 5 },
      ),
    end: () => socket.terminate(),
  };
}

/** Opens a socket and sends connection_init. */
export async function enterPlainSocket(origin: string, token: string): Promise<PlainSocket> {
  const plain = await openPlainSocket(origin);
  plain.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await plain.until('connection_ack');
  return plain;
}
