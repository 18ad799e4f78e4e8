import type { WebSocket } from 'ws';
import type { Extras } from '../operations/answer';
import type { Prepared } from '../operations/operations';
import type { ActiveSubscription } from './live-hub';
import type { ReceiveQueue } from './receive-queue';
import type { SendQueue } from './send-queue';
import type { Session } from './session';

/** An established subscription of a socket. */
export interface SocketSubscription extends Pick<ActiveSubscription, 'reauthorise' | 'leave'> {
  readonly id: string;
  /** The length of its `subscribe` message. */
  readonly bytes: number;
}

/** The state of one socket. */
export interface Connection {
  readonly socket: WebSocket;
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

/** What an operation carries from graphql-ws's `onSubscribe` to its `subscribe` or `execute`. */
export interface SocketContext {
  readonly connection: Connection;
  readonly id: string;
  readonly prepared: Prepared;
  readonly extras: Extras;
  /** The length of its message. */
  readonly bytes: number;
  /** To be called when it is established or answered. */
  readonly end: () => void;
}
