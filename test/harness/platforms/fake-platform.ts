import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { freePort } from '../machine/ports';
import { respond } from './respond';
import { type Behaviour, notFound } from './behaviours';
import { type Asked, CONNECTOR_FORMATS } from './connector-formats';

/** Selects requests; all when empty. */
export interface Which {
  readonly channel?: string;
  /** An event's id, or the platform's id for it. */
  readonly eventId?: string;
}

export interface ReceivedRequest {
  readonly channel: string;
  readonly eventId: string;
  /** When it arrived, in milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** Path and query below the channel's base URL. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Bytes of the answer's body sent so far. */
  readonly sentBytes: number;
  /** Whether the client ended the connection before the answer was complete. */
  readonly isBrokenOff: boolean;
}

/** A platform over real HTTP or HTTPS with configurable behaviour, which records its requests. */
export interface FakePlatform {
  /** The base URL of a channel. One server may serve many. */
  baseUrl(channel: string): string;
  /** Sets the behaviour. The narrowest selection that fits a request counts; the default answer is 404. */
  behave(behaviour: Behaviour, which?: Which): void;
  /** The same for the ids, or lists of ids between commas, of which something holds. It counts before all others. */
  behaveWhere(holds: (eventId: string) => boolean, behaviour: Behaviour): void;
  /** In the order of arrival. */
  requests(which?: Which): readonly ReceivedRequest[];
  /** The maximum of simultaneous requests, over all channels. */
  readonly mostAtOnce: number;
  readonly openConnections: number;
  /** How many connections were accepted in total. */
  readonly connections: number;
  /** Forgets the requests, not the behaviour. */
  forget(): void;
  /** Closes every connection and refuses new ones. */
  goAway(): Promise<void>;
  /** Accepts connections again, on the same port. */
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

export interface FakePlatformOptions {
  /** HTTPS with an untrusted certificate. */
  readonly selfSigned?: boolean;
}

export async function startFakePlatform({
  selfSigned = false,
}: FakePlatformOptions = {}): Promise<FakePlatform> {
  const port = await freePort();
  const listener: RequestListener = (request, response) => void answer(request, response);
  const server = selfSigned ? await createSelfSigned(listener) : createHttpServer(listener);
  const sockets = new Set<Socket>();
  const behaviours = new Map<string, Behaviour>();
  const conditional: { holds: (eventId: string) => boolean; behaviour: Behaviour }[] = [];
  const counts = new Map<string, number>();
  let received: { -readonly [Key in keyof ReceivedRequest]: ReceivedRequest[Key] }[] = [];
  let underWay = 0;
  let mostAtOnce = 0;
  let connections = 0;

  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now();
    mostAtOnce = Math.max(mostAtOnce, ++underWay);
    const body = await text(request).catch(() => '');
    const { channel, url, asked } = understand(request.url ?? '/', body);
    const which = { channel, eventId: asked?.id ?? '' };
    const { method = 'GET', headers } = request;
    const entry = { ...which, at, method, url, headers, body, sentBytes: 0, isBrokenOff: false };
    received.push(entry);
    response.once('close', () => {
      underWay -= 1;
      entry.isBrokenOff = !response.writableFinished;
    });
    respond(asked === undefined ? notFound : behaviourFor(which), {
      response,
      nth: nextNumber(which),
      bodyOf: asked?.bodyOf ?? (() => undefined),
      onSent: (bytes) => void (entry.sentBytes += bytes),
    });
  }

  function behaviourFor({ channel, eventId }: Required<Which>): Behaviour {
    const special = conditional.find(({ holds }) => holds(eventId));
    if (special !== undefined) return special.behaviour;
    const fitting = [{ channel, eventId }, { eventId }, { channel }, {}];
    return (
      fitting.map((which) => behaviours.get(keyOf(which))).find((found) => found !== undefined) ?? notFound
    );
  }

  function nextNumber(which: Required<Which>): number {
    const nth = counts.get(keyOf(which)) ?? 0;
    counts.set(keyOf(which), nth + 1);
    return nth;
  }

  async function goAway(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  async function comeBack(): Promise<void> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  }

  await comeBack();
  return {
    baseUrl: (channel) =>
      `${selfSigned ? 'https' : 'http'}://127.0.0.1:${port}/${encodeURIComponent(channel)}`,
    behaveWhere: (holds, behaviour) => void conditional.push({ holds, behaviour }),
    behave: (behaviour, which = {}) => void behaviours.set(keyOf(which), behaviour),
    requests: (which = {}) => received.filter((request) => fits(request, which)),
    get mostAtOnce() {
      return mostAtOnce;
    },
    get openConnections() {
      return sockets.size;
    },
    get connections() {
      return connections;
    },
    forget() {
      received = [];
      mostAtOnce = underWay;
    },
    goAway,
    comeBack,
    stop: goAway,
  };
}

async function createSelfSigned(listener: RequestListener): Promise<Server> {
  const made = await generate([{ name: 'commonName', value: '127.0.0.1' }], { keyType: 'ec' });
  return createHttpsServer({ key: made.private, cert: made.cert }, listener);
}

const keyOf = ({ channel, eventId }: Which): string => JSON.stringify([channel ?? null, eventId ?? null]);

function fits(request: ReceivedRequest, { channel, eventId }: Which): boolean {
  return (channel ?? request.channel) === request.channel && (eventId ?? request.eventId) === request.eventId;
}

/** The first part of the path names the channel; the rest is a request of one of the connectors. */
function understand(
  target: string,
  body: string,
): { channel: string; url: string; asked: Asked | undefined } {
  const [, channel = '', url = ''] = /^\/([^/?]*)(.*)$/.exec(target) ?? [];
  const [path = '', query = ''] = url.split('?');
  const asked = Object.values(CONNECTOR_FORMATS)
    .map((format) => format.understand(path, body, new URLSearchParams(query)))
    .find((found) => found !== undefined);
  return { channel: decodeURIComponent(channel), url, asked };
}
