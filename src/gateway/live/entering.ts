import { CloseCode } from 'graphql-ws';
import { type AppError, isToBeLogged, toAppError } from '../../errors';
import type { Logger } from '../../observability/log';
import { TOO_MANY, TRY_AGAIN_LATER } from './close-codes';
import type { Connection } from './connection';
import type { ConnectionCount } from './connection-count';
import type { Refusals } from './refusals';

export interface EnteringOptions {
  readonly connections: ConnectionCount;
  readonly refusals: Refusals;
  readonly log: Logger;
}

/** Lets a socket in, or goes on with it, by the token that it brings. Whom it does not let in is closed. */
export type Enter = (connection: Connection, authorization: unknown) => Promise<boolean>;

/** In connection_init's payload, and in that of a ping that brings a fresh token. */
export const tokenIn = (payload: Readonly<Record<string, unknown>> | undefined): unknown =>
  payload?.['authorization'] ?? payload?.['Authorization'];

export function createEnter({ connections, refusals, log }: EnteringOptions): Enter {
  /**
   * Those that are there already may be dead without our knowing yet, after their network went away: who comes back in
   * their place is not sent away for good.
   *
   * A fresh token may be somebody else's, who has a share of their own.
   */
  function takePlace(connection: Connection, subject: string): boolean {
    connection.leave();
    const leave = connections.take(subject);
    if (leave === undefined) {
      refusals.count('connections_per_token');
      connection.socket.close(TRY_AGAIN_LATER, 'Too many connections with this token: close another one');
      return false;
    }
    connection.leave = leave;
    return true;
  }

  function refuse(socket: Connection['socket'], error: AppError): void {
    if (error.code === 'UNAUTHORIZED')
      return socket.close(CloseCode.Unauthorized, 'Unauthorized: a valid bearer token is wanted');
    if (error.code === 'TOO_MANY_REQUESTS')
      return socket.close(TOO_MANY, 'Too many requests without a valid token: try again later');
    if (isToBeLogged(error)) log.error({ err: error }, 'the token of a socket could not be verified');
    socket.close(TRY_AGAIN_LATER, 'Try again later: tokens cannot be verified at the moment');
  }

  return async (connection, authorization) => {
    const { session, socket, subscriptions } = connection;
    try {
      await session.enter(authorization);
    } catch (thrown) {
      refuse(socket, toAppError(thrown));
      return false;
    }
    if (session.viewer === undefined || !takePlace(connection, session.viewer.subject)) return false;
    for (const subscription of subscriptions) subscription.recheck();
    return true;
  };
}
