import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs, ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { CloseCode, handleProtocols, makeServer, MessageType, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { ANYBODY, audienceOf } from '../../auth/audience';
import { mayRead } from '../../auth/may-read';
import type { TokenVerifier } from '../../auth/token';
import { isToBeLogged, toAppError } from '../../errors';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/log';
import type { OperationContext } from '../../resolvers/context';
import { type ContextFor, executeAndClose } from '../execute';
import { MAX_GRAPHQL_BYTES } from '../limits';
import { hostProblem } from '../request-target';
import type { PartsAway } from './away';
import { createHeartbeat } from './heartbeat';
import type { Joined, LiveHub } from './live-hub';
import { isSubscription, type ReadDocument, type ReadQuery } from './live-operation';
import { createOutboxes, type Outbox } from './outbox';
import { readOperation } from './read-operation';
import { refuseUpgrade } from './refuse-upgrade';
import { isServersOwn } from './servers-own';
import { createSession, type Session } from './session';
import { untilReturned } from './until-returned';

export interface WebSocketOptions {
  readonly server: Server;
  readonly path: string;
  readonly schema: GraphQLSchema;
  readonly hub: LiveHub;
  readonly readQuery: ReadQuery;
  readonly tokens: TokenVerifier;
  readonly contextFor: ContextFor;
  readonly formatErrors: (errors: readonly GraphQLError[]) => readonly GraphQLError[];
  readonly formatResult: (result: ExecutionResult) => ExecutionResult;
  readonly partsAway: PartsAway;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What belongs to one socket. */
interface Connection {
  readonly socket: WebSocket;
  readonly session: Session;
  readonly outbox: Outbox;
  /** What the socket has subscribed to; graphql-ws forgets one that shares its id with a later one. */
  readonly subscriptions: Set<Pick<Joined, 'recheck' | 'leave'>>;
}

/** What an operation brings along to the place where it is executed. */
interface SocketContext extends OperationContext {
  readonly connection: Connection;
  readonly id: string;
  readonly read: ReadDocument;
}

/** How long clients have to answer that they have heard of our going away. */
const FAREWELL_MS = 1_000;

/** "Try again later" (RFC 6455 registry): the client reconnects, which it does not after 4401 or 4500. */
const TRY_AGAIN_LATER = 1013;

/** In connection_init's payload, and in that of a ping that brings a fresh token. */
const tokenIn = (payload: Readonly<Record<string, unknown>> | undefined): unknown =>
  payload?.['authorization'] ?? payload?.['Authorization'];

/**
 * `/graphql` over WebSocket, by the protocol graphql-transport-ws. graphql-ws speaks the protocol; the values of
 * subscriptions go past it, straight from their cohort to the sockets.
 */
export function createWebSocketTransport(options: WebSocketOptions) {
  const { server, path, schema, hub, readQuery, tokens, contextFor, formatErrors, formatResult } = options;
  const { partsAway, clock, log } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols,
    maxPayload: MAX_GRAPHQL_BYTES,
    perMessageDeflate: false,
  });
  const outboxes = createOutboxes();
  const heartbeat = createHeartbeat(sockets.clients);

  async function enter(
    { session, socket, subscriptions }: Connection,
    authorization: unknown,
  ): Promise<boolean> {
    try {
      await session.enter(authorization);
      for (const subscription of subscriptions) subscription.recheck();
      return true;
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === 'UNAUTHORIZED') {
        socket.close(CloseCode.Unauthorized, 'Unauthorized: a valid bearer token is wanted');
      } else {
        if (isToBeLogged(error)) log.error({ err: error }, 'the token of a socket could not be verified');
        socket.close(TRY_AGAIN_LATER, 'Try again later: tokens cannot be verified at the moment');
      }
      return false;
    }
  }

  async function subscribe(args: ExecutionArgs) {
    const { connection, id, read } = args.contextValue as SocketContext;
    const { session, socket, outbox, subscriptions } = connection;
    const feed = outbox.open(id);
    const joined = await hub.join(read, args, {
      send: ({ json }) => feed.sendLatest(json),
      mayRead: (storeId) => session.viewer !== undefined && mayRead(session.viewer, storeId),
      audience: () => (session.viewer === undefined ? ANYBODY : audienceOf(session.viewer)),
      dismiss: () => socket.close(CloseCode.Forbidden, 'Forbidden: the event belongs to another store now'),
    });
    if (joined.kind === 'refused') return joined.result;
    const subscription = {
      recheck: () => joined.recheck(),
      leave() {
        subscriptions.delete(subscription);
        joined.leave();
        feed.end();
      },
    };
    subscriptions.add(subscription);
    return untilReturned(() => subscription.leave());
  }

  function onSubscribe(connection: Connection, id: string, payload: SubscribePayload) {
    const { viewer } = connection.session;
    if (viewer === undefined) throw new Error('An operation came ahead of its token.');
    const { read, errors } = readOperation(readQuery, payload);
    if (errors !== undefined) return formatErrors(errors);
    // Whether a subscription may be made is read from one row.
    const reads = isSubscription(read, payload.operationName) ? 'one statement' : 'a snapshot';
    const contextValue: SocketContext = { ...contextFor(viewer, reads), connection, id, read };
    return {
      schema,
      document: read.document,
      operationName: payload.operationName,
      variableValues: payload.variables,
      contextValue,
    };
  }

  const protocol = makeServer<Record<string, unknown>, Connection>({
    onConnect: ({ extra, connectionParams }) => enter(extra, tokenIn(connectionParams)),
    // A fresh token comes with a ping, so that nothing has to be subscribed to again.
    async onPing({ extra }, payload) {
      if (tokenIn(payload) !== undefined) await enter(extra, tokenIn(payload));
    },
    onSubscribe: ({ extra }, id, payload) => onSubscribe(extra, id, payload),
    subscribe,
    execute: async (args) => formatResult(await executeAndClose(args)),
  });

  /**
   * Tells what is away: nothing else would tell whoever watches what does not change meanwhile. What came with the ping
   * is not sent back: it may be a token.
   */
  async function pong(): Promise<string> {
    const unavailable = await partsAway();
    return JSON.stringify({
      type: MessageType.Pong,
      ...(unavailable.length > 0 && { payload: { unavailable } }),
    });
  }

  function accept(socket: WebSocket, wire: Duplex): void {
    const session = createSession({
      tokens,
      clock,
      onExpiry: () => socket.close(CloseCode.Unauthorized, 'Unauthorized: the token has expired'),
    });
    const outbox = outboxes.open(socket, wire);
    const subscriptions: Connection['subscriptions'] = new Set();
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => outbox.send(text),
        close: (code, reason) => socket.close(code, reason),
        onPing: async () => outbox.send(await pong()),
        onMessage: (handle) =>
          void socket.on('message', (data: Buffer) => void take(socket, handle, data.toString())),
      },
      { socket, session, outbox, subscriptions },
    );
    socket.on('error', (error) => log.debug({ err: error }, 'a socket failed'));
    socket.once('close', (code, reason) => {
      session.end();
      for (const subscription of subscriptions) subscription.leave();
      closed(code, String(reason)).catch((error: unknown) =>
        log.error({ err: error }, 'a socket was not let go of'),
      );
    });
  }

  async function take(
    socket: WebSocket,
    handle: (text: string) => Promise<void>,
    text: string,
  ): Promise<void> {
    try {
      await handle(text);
    } catch (error) {
      if (isServersOwn(text)) return socket.close(CloseCode.BadRequest, 'Only a server sends such a message');
      log.error({ err: error }, 'a message could not be dealt with');
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    }
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (hostProblem(request) !== undefined) return refuseUpgrade(socket, 400);
    if (request.url?.split('?')[0] !== path) return refuseUpgrade(socket);
    sockets.handleUpgrade(request, socket, head, (accepted) => accept(accepted, socket));
  });

  return {
    /** Tells every client that the server goes away; they reconnect elsewhere. */
    close(): void {
      heartbeat.stop();
      outboxes.stop();
      for (const socket of sockets.clients) socket.close(1001, 'Going away');
      sockets.close();
      // Who does not answer keeps nobody from going.
      setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, FAREWELL_MS).unref();
    },
  };
}
