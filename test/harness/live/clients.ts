import type { FormattedExecutionResult } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { z } from 'zod';
import type { SubscribingClient } from './watching';

const closing = z.object({ code: z.number(), reason: z.string() });

/** A client of graphql-ws on one socket, with the state of that socket. */
export interface WebSocketClient extends SubscribingClient {
  readonly connections: number;
  /** How the last socket was closed; undefined while it is open. */
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
  readonly socket: WebSocket | undefined;
  /** How many pings were answered: one that brought a token, once it is in use. */
  readonly pongs: number;
  /** Sends a ping that brings a fresh token. */
  refresh(token: string): void;
  dispose(): void;
}

export interface WebSocketClientOptions {
  /** Sent as connection_init's payload; a token is sent as a client should. */
  readonly token?: string | undefined;
  readonly retryAttempts?: number;
}

export function openWebSocketClient(
  origin: string,
  { token, retryAttempts = 0 }: WebSocketClientOptions,
): WebSocketClient {
  let connections = 0;
  let pongs = 0;
  let closed: { code: number; reason: string } | undefined;
  let socket: WebSocket | undefined;
  const client: Client = createClient({
    url: `${origin.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts,
    shouldRetry: () => retryAttempts > 0,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 200)),
    ...(token !== undefined && { connectionParams: { authorization: `Bearer ${token}` } }),
    on: {
      opened(opened) {
        connections += 1;
        if (opened instanceof WebSocket) socket = opened;
      },
      pong() {
        pongs += 1;
      },
      closed(event) {
        closed = closing.parse(event);
      },
    },
  });
  return {
    get connections() {
      return connections;
    },
    get pongs() {
      return pongs;
    },
    get closed() {
      return closed;
    },
    get socket() {
      return socket;
    },
    refresh(fresh) {
      socket?.send(JSON.stringify({ type: 'ping', payload: { authorization: `Bearer ${fresh}` } }));
    },
    subscribe: (payload, sink) =>
      client.subscribe(payload, {
        next: (value) => sink.next(value as FormattedExecutionResult),
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      }),
    dispose: () => void client.dispose(),
  };
}

/** A client of graphql-sse: one stream for each subscription. */
export function openSseClient(
  origin: string,
  { token, headers }: { readonly token: string; readonly headers?: Readonly<Record<string, string>> },
): SubscribingClient & { dispose(): void } {
  const client = createSseClient({
    url: `${origin}/graphql`,
    headers: { authorization: `Bearer ${token}`, ...headers },
    retryAttempts: 0,
  });
  return {
    subscribe: (payload, sink) =>
      client.subscribe(payload, {
        next: (value) => sink.next(value as FormattedExecutionResult),
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      }),
    dispose: () => client.dispose(),
  };
}
