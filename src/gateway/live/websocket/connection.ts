import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { ActiveSubscription } from '../hub';
import type { Session } from '../session';
import type { ReceiveQueue } from './receive-queue';
import type { SendQueue } from './send-queue';

/** An established subscription of a socket. */
export interface SocketSubscription extends Pick<ActiveSubscription, 'reauthorise' | 'leave'> {
  readonly id: string;
  /** The length of its `subscribe` message. */
  readonly bytes: number;
}

/** The state of one socket. */
export interface Connection {
  readonly socket: WebSocket;
  /** The one that opened it: whose network counts requests without a valid token. */
  readonly request: IncomingMessage;
  readonly session: Session;
  readonly sendQueue: SendQueue;
  readonly receiveQueue: ReceiveQueue;
  /** One for each id. */
  readonly subscriptions: Set<SocketSubscription>;
  /** Operations that wait to be retried, by the lengths of their messages. */
  readonly retrying: Set<{ readonly bytes: number }>;
  /** The length of the message that is being handled. */
  messageBytes: number;
  /** Releases its place: among the pending connections, or once authenticated among its token's connections. */
  releasePlace: () => void;
  /** Aborted when the socket is closed. */
  readonly closeSignal: AbortSignal;
}
