import { setMaxListeners } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { Admission } from '../../../auth/admission';
import type { SetAlarm } from '../../../runtime/alarm';
import type { Clock } from '../../../runtime/clock';
import { MAX_GRAPHQL_BYTES } from '../../limits';
import { AskerGone } from '../../operations/asker';
import { hostProblem, isForGraphQL } from '../../request-target';
import { createSession } from '../session';
import { type AdmissionOptions, createAdmitSocket, createPendingConnections } from './admission';
import { authorizationsIn } from './authorization';
import type { Connection } from './connection';
import { createHeartbeat } from './heartbeat';
import { createSocketOperations, type SocketOperationsOptions } from './operations';
import { pongText, type UnavailableParts } from './pong';
import { closeReason, isServerMessage, rejectUpgrade, TOO_MANY } from './protocol';
import { createMessageScheduler, createReceiveQueue } from './receive-queue';
import { createSendQueues } from './send-queue';

export interface WebSocketOptions extends SocketOperationsOptions, AdmissionOptions {
  readonly server: Server;
  readonly admission: Pick<Admission, 'recognise' | 'charge'>;
  readonly unavailableParts: UnavailableParts;
  readonly clock: Clock;
  readonly setAlarm: SetAlarm;
}

/** When the server stops, clients have so long to answer the close frame. */
const STOP_TIMEOUT_MS = 1_000;

/** Otherwise they have so long; until then the socket exists. */
const CLOSE_TIMEOUT_MS = 5_000;
/** An option of ws that its types lack. */
interface WithCloseTimeout {
  readonly closeTimeout: number;
}

/**
 * `/graphql` over WebSocket, by the protocol graphql-transport-ws. graphql-ws speaks the protocol; what of it is bypassed
 * is listed in live.ts.
 */
export function createWebSocketTransport(options: WebSocketOptions) {
  const { server, unavailableParts, limits, refusals, clock, setAlarm, log } = options;
  const socketOptions: ServerOptions & WithCloseTimeout = {
    noServer: true,
    handleProtocols,
    maxPayload: MAX_GRAPHQL_BYTES,
    perMessageDeflate: false,
    // One message of a socket per iteration of the event loop, however many came in one read.
    allowSynchronousEvents: false,
    // Pings go through the receive queue, and pongs stop when the client does not read them.
    autoPong: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  const sockets = new WebSocketServer(socketOptions);
  sockets.on('wsClientError', (_error, socket) => rejectUpgrade(socket, 400));
  /** For the messages of all sockets. */
  const scheduler = createMessageScheduler();
  const pendingConnections = createPendingConnections(limits);
  const sendQueues = createSendQueues();
  const heartbeat = createHeartbeat(sockets.clients);
  const operations = createSocketOperations(options);
  const admitSocket = createAdmitSocket(options);

  const protocol = makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: limits.initMs,
    onConnect(context) {
      const { extra, connectionParams } = context;
      // graphql-ws would keep it for as long as the socket lives: a token, and whatever else was sent.
      Reflect.deleteProperty(context, 'connectionParams');
      const { headers, rawHeaders } = extra.request;
      const authorizations = authorizationsIn(connectionParams, headers);
      // The request is kept as long, too.
      delete headers.authorization;
      rawHeaders.length = 0;
      return admitSocket(extra, authorizations);
    },
    // A ping brings a fresh token, so that nothing has to be subscribed again.
    async onPing({ extra }, payload) {
      const authorizations = authorizationsIn(payload);
      if (authorizations.length > 0) await admitSocket(extra, authorizations);
    },
    onSubscribe: ({ extra }, id, payload) => operations.onSubscribe(extra, id, payload),
    subscribe: operations.subscribe,
    execute: operations.execute,
  });

  function accept(socket: WebSocket, wire: Duplex, request: IncomingMessage): void {
    const session = createSession({
      clock,
      setAlarm,
      onExpiry: () => socket.close(CloseCode.Unauthorized, 'Unauthorized: the token has expired'),
    });
    const closing = new AbortController();
    // One listener for each running operation.
    setMaxListeners(Infinity, closing.signal);
    const connection: Connection = {
      socket,
      request,
      session,
      sendQueue: sendQueues.open(socket, wire),
      receiveQueue: createReceiveQueue({ socket, scheduler, limits, onFlood: () => closeFlood(socket) }),
      subscriptions: new Set(),
      retrying: new Set(),
      messageBytes: 0,
      releasePlace: pendingConnections.add(socket),
      closeSignal: closing.signal,
    };
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => connection.sendQueue.send(text),
        close: (code, reason) => socket.close(code, closeReason(reason ?? '')),
        onPing: async () => connection.sendQueue.send(await pongText(unavailableParts)),
        onMessage: (handle) => listen(connection, handle),
      },
      connection,
    );
    socket.on('error', (error) => log.debug({ err: error }, 'a socket failed'));
    socket.once('close', (code, reason) => {
      session.end();
      closing.abort(new AskerGone());
      connection.receiveQueue.clear();
      connection.releasePlace();
      for (const subscription of connection.subscriptions) subscription.leave();
      closed(code, String(reason)).catch((error: unknown) =>
        log.error({ err: error }, 'a closed socket could not be cleaned up'),
      );
    });
  }

  function closeFlood(socket: WebSocket): void {
    refusals.count('messages_per_connection');
    socket.close(TOO_MANY, 'Too many messages: they come faster than they are taken');
  }

  /** Everything that the client sends goes through the receive queue: messages, and ping frames. */
  function listen(connection: Connection, handle: (text: string) => Promise<void>): void {
    const { socket, receiveQueue, sendQueue } = connection;
    socket.on('message', (data: Buffer) =>
      receiveQueue.push(() => {
        connection.messageBytes = data.length;
        void handleMessage(connection, handle, data.toString());
      }),
    );
    socket.on('ping', (data: Buffer) => receiveQueue.push(() => sendQueue.pong(data)));
  }

  async function handleMessage(
    { socket, closeSignal }: Connection,
    handle: (text: string) => Promise<void>,
    text: string,
  ): Promise<void> {
    try {
      await handle(text);
    } catch (error) {
      // The socket is closed: the answer has no recipient.
      if (error === closeSignal.reason) return;
      if (isServerMessage(text))
        return socket.close(CloseCode.BadRequest, 'Only a server sends such a message');
      log.error({ err: error }, 'a socket message could not be handled');
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    }
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (hostProblem(request) !== undefined) return rejectUpgrade(socket, 400);
    if (!isForGraphQL(request)) return rejectUpgrade(socket);
    if (!pendingConnections.makeRoom()) {
      refusals.count('pending_connections');
      return rejectUpgrade(socket, 503);
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => accept(accepted, socket, request));
  });

  return {
    /** Closes every socket with 1001, after which clients reconnect elsewhere. */
    close(): void {
      heartbeat.stop();
      sendQueues.stop();
      for (const socket of sockets.clients) socket.close(1001, 'Going away');
      sockets.close();
      // A client that does not answer must not delay the stop.
      setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, STOP_TIMEOUT_MS).unref();
    },
  };
}
