import { createClient } from 'graphql-ws/client';
import type { OperationVariables } from '../document';
import { AnalyticsError } from '../error';
import { isObject } from '../json';
import type { Patience } from '../patience';
import type { Connection, StateStore } from '../state';
import { currentToken, type TokenSource } from '../token';
import { closingError, closingOf, isTooMuch, isViolation, namesUnavailable, NORMAL } from './closing';
import { keepFresh } from './renewal';
import { sendToken, type WebSocketClass } from './sockets';

/** Unasked, a half-open connection would be taken for a quiet one. */
const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
/** Between two views of an application nothing is watched for a moment. */
const CLOSE_AFTER_MS = 3_000;
/** A host that takes connections and says nothing would be waited for without end. */
const OPEN_WITHIN_MS = 10_000;

export interface SocketOptions {
  /** With the scheme of a WebSocket. */
  readonly url: string;
  readonly token: TokenSource;
  readonly webSocket: WebSocketClass;
  readonly state: StateStore;
  readonly patience: Patience;
  readonly isWatched: () => boolean;
  /** Whether the socket before it was lost, and is not back yet. */
  readonly wasLost: boolean;
}

export interface LiveOperation {
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
  subscribe(operation: LiveOperation, sink: ResultSink): () => void;
  /** Whether another token may help: the last one was accepted once, and has ended since. */
  mayRenew(): boolean;
  /** Closes it, whether it is there or on its way. Nothing can be subscribed to any more. */
  dispose(): void;
}

export function openSocket(options: SocketOptions): LiveSocket {
  const { url, token, webSocket, state, patience, isWatched } = options;
  let openDue: ReturnType<typeof setTimeout> | undefined;
  let pongDue: ReturnType<typeof setTimeout> | undefined;
  let stopRenewing = (): void => undefined;
  let asked: Promise<string> = Promise.resolve('');
  let { wasLost } = options;
  let isAccepted = false;
  let wasAccepted = false;
  let isDisposed = false;
  /** What was sent last on the present connection, and is not answered. */
  let lastSent: ResultSink | undefined;
  let hasSent = false;

  function stopTimers(): void {
    clearTimeout(openDue);
    clearTimeout(pongDue);
    stopRenewing();
  }

  const client = createClient({
    async url() {
      // Asked for ahead of the socket: once that is open, the service waits for no more than three seconds.
      asked = currentToken(token);
      // graphql-ws takes no failure here; connectionParams has it.
      await asked.catch(() => undefined);
      // Nobody waits for this socket any more: none is made.
      if (isDisposed) await new Promise(() => undefined);
      openDue = setTimeout(() => client.terminate(), OPEN_WITHIN_MS);
      return url;
    },
    connectionParams: async () => ({ authorization: `Bearer ${await asked}` }),
    webSocketImpl: webSocket,
    lazyCloseTimeout: CLOSE_AFTER_MS,
    keepAlive: PING_EVERY_MS,
    shouldRetry: isLostConnection,
    retryAttempts: Infinity,
    retryWait: patience.untilWorthRetrying,
    on: {
      connecting(isRetry) {
        hasSent = false;
        lastSent = undefined;
        if (isDisposed || wasClosed()) return;
        state.update({ connection: isRetry ? 'lost' : 'connecting' });
      },
      connected(opened) {
        clearTimeout(openDue);
        if (isDisposed) return;
        isAccepted = true;
        const isBack = wasLost || wasClosed();
        wasLost = false;
        const reconnections = state.current.reconnections + (isBack ? 1 : 0);
        state.update({ connection: 'open', reconnections });
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
      error: () => clearTimeout(openDue),
      closed(event) {
        stopTimers();
        wasAccepted = isAccepted;
        isAccepted = false;
        if (!isDisposed) state.update({ connection: isWatched() ? connectionAfter(event) : 'idle' });
      },
    },
  });

  /** Until there is a connection again it is said why there is none, also where graphql-ws does not take it up by itself. */
  const wasClosed = (): boolean => ['lost', 'refused'].includes(state.current.connection);

  function answered(sink: ResultSink): void {
    if (lastSent === sink) lastSent = undefined;
  }

  return {
    subscribe(operation, sink) {
      if (isDisposed) return () => undefined;
      // graphql-ws makes a message of it at each connection, and reads the variables for that.
      const payload = {
        query: operation.query,
        get variables() {
          hasSent = true;
          lastSent = sink;
          return operation.variables;
        },
      };
      return client.subscribe(payload, {
        next(result) {
          answered(sink);
          sink.next(result);
        },
        error(reason) {
          const closing = closingOf(reason);
          // The service closes the socket for one message: what was sent before it may come again.
          const isBlamed = lastSent === sink || !hasSent;
          answered(sink);
          sink.error(
            closing && isViolation(closing) && isBlamed ? closingError('PROTOCOL_VIOLATED', closing) : reason,
          );
        },
        complete() {
          answered(sink);
          sink.complete();
        },
      });
    },
    mayRenew: () => typeof token === 'function' && wasAccepted,
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      stopTimers();
      // A connection that is on its way, and fails, is no concern of anybody any more.
      Promise.resolve(client.dispose()).catch(() => undefined);
      if (!isAccepted) client.terminate();
      isAccepted = false;
      state.update({ connection: 'idle' });
    },
  };
}

/** What comes of the network, or of a token that cannot be had, may be over the next time. A mistake in here would not. */
const isLostConnection = (reason: unknown): boolean =>
  closingOf(reason) !== undefined ||
  (isObject(reason) && reason['type'] === 'error') ||
  (reason instanceof AnalyticsError && reason.isTemporary);

function connectionAfter(event: unknown): Connection {
  const closing = closingOf(event);
  if (closing === undefined) return 'lost';
  if (closing.code === NORMAL) return 'idle';
  return isTooMuch(closing) ? 'refused' : 'lost';
}
