import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Admission } from '../../../auth/admission';
import { type AppError, isToBeLogged, toAppError } from '../../../errors';
import type { Logger } from '../../../observability/log';
import type { ConnectionLimiter, Refusals } from '../limits';
import type { Connection } from './connection';
import type { SocketLimits } from './limits';
import { TOO_MANY, TRY_AGAIN_LATER } from './protocol';

/** Sockets that have not authenticated: they count against no token's limit, so they have one of their own. */
export interface PendingConnections {
  /** Whether one more may connect; at the limit, the oldest is terminated once its time is over. */
  makeRoom(): boolean;
  /** @returns to be called when the socket has authenticated or is closed */
  add(socket: WebSocket): () => void;
}

/**
 * A client that opens sockets and sends nothing delays others by the time of one pending socket at most. Clients that all
 * reconnect at once, after a restart, do not evict each other: the new one is refused, the pending one goes on.
 *
 * @param now in milliseconds
 */
export function createPendingConnections(
  { pendingConnections: max, pendingMs }: Pick<SocketLimits, 'pendingConnections' | 'pendingMs'>,
  now: () => number = () => performance.now(),
): PendingConnections {
  /** When each one connected, the oldest first. */
  const connectedAt = new Map<WebSocket, number>();

  return {
    makeRoom() {
      if (connectedAt.size < max) return true;
      const [oldest] = connectedAt;
      if (oldest === undefined) return false;
      const [socket, at] = oldest;
      if (now() - at < pendingMs) return false;
      connectedAt.delete(socket);
      socket.terminate();
      return true;
    },
    add(socket) {
      connectedAt.set(socket, now());
      return () => void connectedAt.delete(socket);
    },
  };
}

export interface AdmissionOptions {
  readonly admission: Pick<Admission, 'recognise'>;
  readonly connections: ConnectionLimiter;
  readonly refusals: Refusals;
  readonly log: Logger;
}

/**
 * Authenticates a socket by its first or a fresh token.
 *
 * @param authorizations the different ones that came; there has to be one
 * @returns false when it has closed the socket instead
 */
export type AdmitSocket = (connection: Connection, authorizations: readonly unknown[]) => Promise<boolean>;

export function createAdmitSocket({ admission, connections, refusals, log }: AdmissionOptions): AdmitSocket {
  /**
   * Counts against the token's limit, anew for a fresh token, which may have another subject. At the limit the client is
   * told to try again later: some of its connections may be dead without the server having noticed.
   */
  function acquirePlace(connection: Connection, subject: string): boolean {
    connection.releasePlace();
    const release = connections.acquire(subject);
    if (release === undefined) {
      refusals.count('connections_per_token');
      connection.socket.close(TRY_AGAIN_LATER, 'Too many connections with this token: close another one');
      return false;
    }
    connection.releasePlace = release;
    return true;
  }

  function refuse(socket: WebSocket, error: AppError): void {
    if (error.code === 'UNAUTHORIZED')
      return socket.close(CloseCode.Unauthorized, 'Unauthorized: a valid bearer token is wanted');
    if (error.code === 'TOO_MANY_REQUESTS')
      return socket.close(TOO_MANY, 'Too many requests without a valid token: try again later');
    if (isToBeLogged(error)) log.error({ err: error }, 'the token of a socket could not be verified');
    socket.close(TRY_AGAIN_LATER, 'Try again later: tokens cannot be verified at the moment');
  }

  return async (connection, [authorization, another]) => {
    const { session, socket, request, subscriptions } = connection;
    if (another !== undefined) {
      socket.close(
        CloseCode.BadRequest,
        'Different tokens at once: in the payload, in its headers or in those of the upgrade',
      );
      return false;
    }
    const token = typeof authorization === 'string' ? authorization : undefined;
    try {
      session.accept(await admission.recognise(token, request));
    } catch (thrown) {
      refuse(socket, toAppError(thrown));
      return false;
    }
    if (session.viewer === undefined || !acquirePlace(connection, session.viewer.subject)) return false;
    for (const subscription of subscriptions) subscription.reauthorise();
    return true;
  };
}
