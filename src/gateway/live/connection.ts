import type { WebSocket } from 'ws';
import type { OperationContext } from '../../resolvers/context';
import type { Intake } from './intake';
import type { Joined } from './live-hub';
import type { ReadDocument } from './live-operation';
import type { Outbox } from './outbox';
import type { Session } from './session';

/** A subscription that stands. */
export interface Subscription extends Pick<Joined, 'recheck' | 'leave'> {
  /** The length of the message that asked for it. */
  readonly bytes: number;
}

/** What belongs to one socket. */
export interface Connection {
  readonly socket: WebSocket;
  readonly session: Session;
  readonly outbox: Outbox;
  readonly intake: Intake;
  /** What the socket has subscribed to; graphql-ws forgets one that shares its id with a later one. */
  readonly subscriptions: Set<Subscription>;
  /** The length of the message that is being dealt with. */
  messageBytes: number;
  /** Gives its place back: among the newcomers, and once it has said who it is, among its token's connections. */
  leave: () => void;
}

/** What an operation brings along to the place where it is executed. */
export interface SocketContext extends OperationContext {
  readonly connection: Connection;
  readonly id: string;
  readonly read: ReadDocument;
  readonly bytes: number;
}
