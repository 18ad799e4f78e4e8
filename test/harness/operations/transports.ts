import WebSocket from 'ws';
import { z } from 'zod';

/** The parameters of an operation, also invalid ones. */
export interface Params {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
}

/** The answer to a client's mistake. */
export interface Told {
  /** `extensions.code` of the first error. */
  readonly code: string | undefined;
  readonly message: string;
  /** Over HTTP the status; where a socket was closed over it, the close code. */
  readonly status: number | undefined;
}

/** Sends an operation over one transport and returns the answer to the mistake. */
export type Transport = (origin: string, token: string | undefined, params: Params) => Promise<Told>;

export const TRANSPORTS = {
  'HTTP POST': (origin, token, params) =>
    exchange(`${origin}/graphql`, token, { body: JSON.stringify(params) }),
  'HTTP GET': (origin, token, params) => exchange(`${origin}/graphql?${queryOf(params)}`, token, {}),
  'an event stream': (origin, token, params) =>
    exchange(`${origin}/graphql`, token, { body: JSON.stringify(params), accept: 'text/event-stream' }),
  'a multipart answer': (origin, token, params) =>
    exchange(`${origin}/graphql`, token, {
      body: JSON.stringify(params),
      accept: 'multipart/mixed;subscriptionSpec=1.0',
    }),
  WebSocket: (origin, token, params) => overWebSocket(origin, token, params),
} as const satisfies Record<string, Transport>;

const errors = z
  .array(z.looseObject({ message: z.string(), extensions: z.looseObject({ code: z.string() }).optional() }))
  .min(1);
const answer = z.object({ errors: errors.optional() });
const message = z.object({ id: z.string().optional(), type: z.string(), payload: z.unknown().optional() });

function queryOf(params: Params): string {
  const texts = Object.entries(params).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(texts).toString();
}

interface Sent {
  readonly body?: string;
  readonly accept?: string;
}

async function exchange(
  url: string,
  token: string | undefined,
  { body, accept = 'application/json' }: Sent,
): Promise<Told> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept,
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, ...told(firstResult(type, text)) };
}

function firstResult(type: string, text: string): string {
  if (type.startsWith('text/event-stream')) return firstEvent(text);
  return type.startsWith('multipart/mixed') ? firstPayload(text) : text;
}

const firstPayload = (parts: string): string => /^\{"payload":(.*)\}\r$/m.exec(parts)?.[1] ?? '';

const firstEvent = (stream: string): string => /^data: (.*)$/m.exec(stream)?.[1] ?? '';

function told(text: string): Pick<Told, 'code' | 'message'> {
  const [error] = answer.parse(JSON.parse(text)).errors ?? [];
  return { code: error?.extensions?.code, message: error?.message ?? text };
}

/** Uses the protocol directly: a client library would not send such messages. */
function overWebSocket(origin: string, token: string | undefined, payload: Params): Promise<Told> {
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  const send = (value: object): void => socket.send(JSON.stringify(value));
  return new Promise((resolve, reject) => {
    const finish = (result: Told): void => {
      resolve(result);
      socket.terminate();
    };
    socket.once('error', reject);
    socket.once('open', () =>
      send({ type: 'connection_init', payload: token && { authorization: `Bearer ${token}` } }),
    );
    socket.once('close', (status, reason) => finish({ code: undefined, status, message: reason.toString() }));
    socket.on('message', (data: Buffer) => {
      const { type, payload: received } = message.parse(JSON.parse(data.toString()));
      if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload });
      const found = type === 'error' ? errors.parse(received) : answer.safeParse(received).data?.errors;
      const [error] = found ?? [];
      if (error) finish({ code: error.extensions?.code, status: undefined, message: error.message });
      else if (type === 'complete') finish({ code: undefined, status: undefined, message: 'no error' });
    });
  });
}
