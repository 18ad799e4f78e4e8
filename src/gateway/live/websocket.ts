import { setMaxListeners } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols, makeServer, MessageType } from 'graphql-ws';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Admission } from '../../auth/admission';
import type { Clock } from '../../runtime/clock';
import { MAX_GRAPHQL_BYTES } from '../limits';
import { AskerGone } from '../operations/asker-gone';
import { hostProblem } from '../request-target';
import type { PartsAway } from './away';
import { TOO_MANY } from './close-codes';
import { closeReason } from './close-reason';
import type { Connection } from './connection';
import { createEnter, type EnteringOptions, tokenIn } from './entering';
import { createHeartbeat } from './heartbeat';
import { createIntake } from './intake';
import type { MessageTurns } from './message-turns';
import { createPendingConnections } from './pending-connections';
import { createOutboxes } from './outbox';
import { refuseUpgrade } from './refuse-upgrade';
import { isServersOwn } from './servers-own';
import { createSession } from './session';
import { createSocketOperations, type SocketOperationsOptions } from './socket-operations';

export interface WebSocketOptions extends SocketOperationsOptions, EnteringOptions {
  readonly server: Server;
  readonly path: string;
  readonly admission: Pick<Admission, 'recognise' | 'charge'>;
  readonly partsAway: PartsAway;
  /** In which the messages of all sockets are dealt with. */
  readonly turns: MessageTurns;
  readonly clock: Clock;
}

/** How long clients have to answer that they have heard of our going away. */
const FAREWELL_MS = 1_000;

/** Who is closed has so long to answer; until then the socket is still there. */
const CLOSE_WITHIN_MS = 5_000;
/** An option of ws that its types do not know yet. */
interface WithCloseTimeout {
  readonly closeTimeout: number;
}

/**
 * `/graphql` over WebSocket, by the protocol graphql-transport-ws. graphql-ws speaks the protocol; the values of
 * subscriptions go past it, straight from their cohort to the sockets.
 */
export function createWebSocketTransport(options: WebSocketOptions) {
  const { server, path, admission, partsAway, limits, refusals, turns, clock, log } = options;
  const socketOptions: ServerOptions & WithCloseTimeout = {
    noServer: true,
    handleProtocols,
    maxPayload: MAX_GRAPHQL_BYTES,
    perMessageDeflate: false,
    // One message of a socket in a turn of the event loop, however many came in one read.
    allowSynchronousEvents: false,
    // Answered in their turn, and only as long as the answers are taken in.
    autoPong: false,
    closeTimeout: CLOSE_WITHIN_MS,
  };
  const sockets = new WebSocketServer(socketOptions);
  sockets.on('wsClientError', (_error, socket) => refuseUpgrade(socket, 400));
  const pendingConnections = createPendingConnections(limits);
  const outboxes = createOutboxes();
  const heartbeat = createHeartbeat(sockets.clients);
  const operations = createSocketOperations(options);
  const enter = createEnter(options);

  const protocol = makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: limits.initMs,
    onConnect(context) {
      const { extra, connectionParams } = context;
      // graphql-ws keeps it for as long as the socket lives: a token, and whatever else was sent.
      Reflect.deleteProperty(context, 'connectionParams');
      return enter(extra, tokenIn(connectionParams));
    },
    // A fresh token comes with a ping, so that nothing has to be subscribed to again.
    async onPing({ extra }, payload) {
      if (tokenIn(payload) !== undefined) await enter(extra, tokenIn(payload));
    },
    onSubscribe: ({ extra }, id, payload) => operations.onSubscribe(extra, id, payload),
    subscribe: operations.subscribe,
    execute: operations.execute,
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

  function accept(socket: WebSocket, wire: Duplex, request: IncomingMessage): void {
    const session = createSession({
      recognise: (authorization) => admission.recognise(authorization, request),
      clock,
      onExpiry: () => socket.close(CloseCode.Unauthorized, 'Unauthorized: the token has expired'),
    });
    const gone = new AbortController();
    // As many listen as operations of the socket are under way.
    setMaxListeners(Infinity, gone.signal);
    const connection: Connection = {
      socket,
      session,
      outbox: outboxes.open(socket, wire),
      intake: createIntake({ socket, turns, limits, onFlood: () => closeFlood(socket) }),
      subscriptions: new Set(),
      patient: new Set(),
      messageBytes: 0,
      leave: pendingConnections.add(socket),
      gone: gone.signal,
    };
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => connection.outbox.send(text),
        close: (code, reason) => socket.close(code, closeReason(reason ?? '')),
        onPing: async () => connection.outbox.send(await pong()),
        onMessage: (handle) => listen(connection, handle),
      },
      connection,
    );
    socket.on('error', (error) => log.debug({ err: error }, 'a socket failed'));
    socket.once('close', (code, reason) => {
      session.end();
      gone.abort(new AskerGone());
      connection.intake.end();
      connection.leave();
      for (const subscription of connection.subscriptions) subscription.leave();
      closed(code, String(reason)).catch((error: unknown) =>
        log.error({ err: error }, 'a socket was not let go of'),
      );
    });
  }

  function closeFlood(socket: WebSocket): void {
    refusals.count('messages_per_connection');
    socket.close(TOO_MANY, 'Too many messages: they come faster than they are taken');
  }

  /** Whatever the client sends waits for its turn: messages, and frames that want an answer. */
  function listen(connection: Connection, handle: (text: string) => Promise<void>): void {
    const { socket, intake, outbox } = connection;
    socket.on('message', (data: Buffer) =>
      intake.take(() => {
        connection.messageBytes = data.length;
        void take(connection, handle, data.toString());
      }),
    );
    socket.on('ping', (data: Buffer) => intake.take(() => outbox.pong(data)));
  }

  async function take(
    { socket, gone }: Connection,
    handle: (text: string) => Promise<void>,
    text: string,
  ): Promise<void> {
    try {
      await handle(text);
    } catch (error) {
      // Nobody waits for the answer any more.
      if (error === gone.reason) return;
      if (isServersOwn(text)) return socket.close(CloseCode.BadRequest, 'Only a server sends such a message');
      log.error({ err: error }, 'a message could not be dealt with');
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    }
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (hostProblem(request) !== undefined) return refuseUpgrade(socket, 400);
    if (request.url?.split('?')[0] !== path) return refuseUpgrade(socket);
    if (!pendingConnections.makeRoom()) {
      refusals.count('pending_connections');
      return refuseUpgrade(socket, 503);
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => accept(accepted, socket, request));
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
