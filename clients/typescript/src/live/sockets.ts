import { environment } from '../environment';

/** A class like the WebSocket of browsers. */
export type WebSocketClass = new (url: string, protocol?: string) => object;

/**
 * The class that sockets are made of.
 *
 * @throws TypeError where there is none
 */
export function webSocketOf(given: WebSocketClass | undefined): WebSocketClass {
  const found = given ?? environment.WebSocket;
  if (isClass(found)) return failingQuietly(found);
  throw new TypeError(
    'Watching needs a WebSocket, and this Node has none (22 has): give createClient one, as `webSocket: WebSocket` of the package ws.',
  );
}

const isClass = (value: unknown): value is WebSocketClass => typeof value === 'function';

/**
 * graphql-ws takes its listeners off a socket that it gives up while that is on its way, and the failure of one of `ws` that has no
 * listener ends the process.
 */
const failingQuietly = (Base: WebSocketClass): WebSocketClass =>
  class extends Base {
    constructor(url: string, protocol?: string) {
      super(url, protocol);
      if (isListened(this)) this.addEventListener('error', () => undefined);
    }
  };

const isListened = (
  socket: object,
): socket is { addEventListener(type: string, listener: () => void): void } =>
  'addEventListener' in socket && typeof socket.addEventListener === 'function';

/** A ping of the protocol that has a token in its payload replaces the socket's (docs/live.md). */
export function sendToken(socket: unknown, token: string): void {
  if (!isSender(socket)) return;
  socket.send(JSON.stringify({ type: 'ping', payload: { authorization: `Bearer ${token}` } }));
}

const isSender = (socket: unknown): socket is { send(text: string): void } =>
  typeof socket === 'object' && socket !== null && 'send' in socket && typeof socket.send === 'function';
