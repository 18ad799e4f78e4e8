import { createClient } from 'graphql-ws/client';
import type { OperationVariables } from '../document';
import { environment } from '../environment';
import type { Patience } from '../patience';
import type { Connection, StateStore } from '../state';
import { currentToken, type TokenSource } from '../token';
import { closingOf, isTooMuch, namesUnavailable, NORMAL } from './closing';
import { keepFresh } from './renewal';

/** Unasked, a half-open connection would be taken for a quiet one. */
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
/** Between two views of an application nothing is watched for a moment. */
const CLOSE_AFTER_MS = 3_000;

export interface SocketOptions {
  /** With the scheme of a WebSocket. */
  readonly url: string;
  readonly token: TokenSource;
  /** A class like that of browsers. */
  readonly webSocket: unknown;
  readonly state: StateStore;
  readonly patience: Patience;
}

export interface Operation {
  readonly query: string;
  readonly variables: OperationVariables;
}

export interface ResultSink {
  next(result: { readonly data?: unknown; readonly errors?: unknown }): void;
  error(error: unknown): void;
  complete(): void;
}

/** One socket for all that a client watches, there while something is watched. */
export interface LiveSocket {
  /** @returns ends it */
  subscribe(operation: Operation, sink: ResultSink): () => void;
  /** Whether another token may help: the last one was accepted once, and has ended since. */
  mayRenew(): boolean;
  dispose(): void;
}

export function openSocket({ url, token, webSocket, state, patience }: SocketOptions): LiveSocket {
  let pongDue: ReturnType<typeof setTimeout> | undefined;
  let stopRenewing = (): void => undefined;
  let asked: Promise<string> = Promise.resolve('');
  let isAccepted = false;
  let wasAccepted = false;

  const client = createClient({
    url() {
      // Asked for ahead of the socket: once that is open, the service waits for no more than three seconds.
      asked = currentToken(token);
      return asked.then(
        () => url,
        // graphql-ws takes no failure here; connectionParams has it.
        () => url,
      );
    },
    connectionParams: async () => ({ authorization: `Bearer ${await asked}` }),
    webSocketImpl: webSocket,
    lazyCloseTimeout: CLOSE_AFTER_MS,
    keepAlive: PING_EVERY_MS,
    shouldRetry: () => true,
    retryAttempts: Infinity,
    retryWait: patience.untilWorthRetrying,
    on: {
      connecting(isRetry) {
        if (!wasClosed()) state.update({ connection: isRetry ? 'lost' : 'connecting' });
      },
      connected(opened) {
        isAccepted = true;
        const { reconnections } = state.current;
        state.update({ connection: 'open', reconnections: reconnections + (wasClosed() ? 1 : 0) });
        void asked.then((inUse) => {
          if (isAccepted) stopRenewing = keepFresh(token, inUse, (fresh) => sendToken(opened, fresh));
        });
      },
      ping(wasReceived) {
        if (!wasReceived) pongDue = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong(wasReceived, payload) {
        if (!wasReceived) return;
        clearTimeout(pongDue);
        state.update({ isDatabaseAway: namesUnavailable('database', payload) });
      },
      closed(event) {
        clearTimeout(pongDue);
        stopRenewing();
        wasAccepted = isAccepted;
        isAccepted = false;
        state.update({ connection: connectionAfter(event) });
      },
    },
  });

  /** Until there is a connection again it is said why there is none, also where graphql-ws does not take it up by itself. */
  const wasClosed = (): boolean => ['lost', 'refused'].includes(state.current.connection);

  return {
    subscribe: (operation, sink) => client.subscribe(operation, sink),
    mayRenew: () => typeof token === 'function' && wasAccepted,
    dispose() {
      stopRenewing();
      // A connection that is on its way, and fails, is no concern of anybody any more.
      Promise.resolve(client.dispose()).catch(() => undefined);
    },
  };
}

function connectionAfter(event: unknown): Connection {
  const closing = closingOf(event);
  if (closing === undefined) return 'lost';
  if (closing.code === NORMAL) return 'idle';
  return isTooMuch(closing) ? 'refused' : 'lost';
}

/** A ping of the protocol that has a token in its payload replaces the socket's (docs/live.md). */
function sendToken(socket: unknown, token: string): void {
  if (!isSender(socket)) return;
  socket.send(JSON.stringify({ type: 'ping', payload: { authorization: `Bearer ${token}` } }));
}

const isSender = (socket: unknown): socket is { send(text: string): void } =>
  typeof socket === 'object' && socket !== null && 'send' in socket && typeof socket.send === 'function';

/** @throws TypeError where there is none */
export function webSocketOf(given: unknown): unknown {
  const found = given ?? environment.WebSocket;
  if (typeof found === 'function') return found;
  throw new TypeError(
    'Watching needs a WebSocket, and this Node has none (22 has): give createClient one, as `webSocket: WebSocket` of the package ws.',
  );
}
