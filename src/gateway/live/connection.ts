import type { WebSocket } from 'ws';
import type { Extras } from '../operations/answer';
import type { Prepared } from '../operations/operations';
import type { Intake } from './intake';
import type { Joined } from './live-hub';
import type { Outbox } from './outbox';
import type { Session } from './session';

/** A subscription that stands. */
export interface Subscription extends Pick<Joined, 'recheck' | 'leave'> {
  readonly id: string;
  /** The length of the message that asked for it. */
  readonly bytes: number;
}

/** What belongs to one socket. */
export interface Connection {
  readonly socket: WebSocket;
  readonly session: Session;
  readonly outbox: Outbox;
  readonly intake: Intake;
  /** What the socket has subscribed to, one of each id. */
  readonly subscriptions: Set<Subscription>;
  /** Operations that wait until their token may ask for more, by the lengths of their messages. */
  readonly patient: Set<{ readonly bytes: number }>;
  /** The length of the message that is being dealt with. */
  messageBytes: number;
  /** Gives its place back: among the pending connections, and once it has said who it is, among its token's connections. */
  leave: () => void;
  /** Aborted when it is closed. */
  readonly gone: AbortSignal;
}

/** What an operation brings along to the place where it is executed. */
export interface SocketContext {
  readonly connection: Connection;
  readonly id: string;
  readonly prepared: Prepared;
  readonly extras: Extras;
  /** The length of the message that asked for it. */
  readonly bytes: number;
  /** It is no longer under way: it stands, or has been answered. */
  readonly end: () => void;
}
