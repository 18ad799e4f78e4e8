import WebSocket from 'ws';
import { z } from 'zod';

const result = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(z.looseObject({ message: z.string(), extensions: z.looseObject({ code: z.string() }).optional() }))
    .optional(),
  extensions: z.looseObject({}).optional(),
});

/** The result of an operation, the same for each transport. */
export interface Answered extends z.infer<typeof result> {
  /** Only over HTTP. */
  readonly status?: number;
  readonly headers?: Headers;
}

export interface AnsweredOperation {
  readonly query?: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Executes over one transport. @returns the whole answer; for a subscription its first value */
export type Way = (
  origin: string,
  token: string,
  operation: AnsweredOperation,
  signal?: AbortSignal,
) => Promise<Answered>;

/** All transports. */
export const WAYS: Readonly<Record<'HTTP' | 'an event stream' | 'WebSocket', Way>> = {
  HTTP: async (origin, token, operation, signal) => {
    const response = await post(origin, token, operation, { accept: 'application/json', signal });
    const { status, headers } = response;
    return { ...result.parse(await response.json()), status, headers };
  },
  'an event stream': async (origin, token, operation, signal) => {
    const response = await post(origin, token, operation, { accept: 'text/event-stream', signal });
    const { status, headers } = response;
    const text = await firstEvent(response);
    return { ...result.parse(JSON.parse(text)), status, headers };
  },
  WebSocket: (origin, token, operation, signal) => overWebSocket(origin, token, operation, signal),
};

interface Sent {
  readonly accept: string;
  readonly signal: AbortSignal | undefined;
}

const post = (
  origin: string,
  token: string,
  operation: AnsweredOperation,
  { accept, signal }: Sent,
): Promise<Response> =>
  fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(operation),
    ...(signal && { signal }),
  });

/** A refusal before the stream begins is JSON. */
async function firstEvent(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const [, data] = /^data: (.+)\n/m.exec(text) ?? [];
    if (data !== undefined) return data;
  }
  throw new Error(`The stream ended ahead of its first value: ${text}`);
}

const message = z.object({ id: z.string().optional(), type: z.string(), payload: z.unknown().optional() });

function overWebSocket(
  origin: string,
  token: string,
  payload: AnsweredOperation,
  signal: AbortSignal | undefined,
): Promise<Answered> {
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  const send = (value: object): void => socket.send(JSON.stringify(value));
  const leave = (): void => socket.terminate();
  signal?.addEventListener('abort', leave);
  return new Promise<Answered>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () =>
      send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
    );
    socket.once('close', (code, reason) => reject(new Error(`Closed: ${code} ${reason.toString()}`)));
    socket.on('message', (data: Buffer) => {
      const { type, payload: received } = message.parse(JSON.parse(data.toString()));
      if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload });
      if (type === 'next') resolve(result.parse(received));
      if (type === 'error') resolve(result.parse({ errors: received }));
    });
  }).finally(leave);
}
