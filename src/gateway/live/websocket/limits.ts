import { MAX_ID_BYTES, MAX_OPERATION_BYTES } from '../limits';

/** What a socket may ask, besides the configured limits: a client in good faith does not come near these. */
export interface SocketLimits {
  /** Sockets that have not authenticated yet, over all clients. */
  readonly pendingConnections: number;
  /** A pending socket keeps its place for this long, however many others want it. */
  readonly pendingMs: number;
  /** A socket that does not authenticate within this is closed with 4408. */
  readonly initMs: number;
  /** Of an operation's id, in UTF-8; graphql-ws's client makes UUIDs. */
  readonly idBytes: number;
  /** Messages that are handled at once; beyond, the socket is read at `messagesPerSecond`. */
  readonly messagesAtOnce: number;
  readonly messagesPerSecond: number;
  /** A client that sends faster than that for so long is closed. */
  readonly floodMs: number;
  /** Messages that have been read and wait. One read of a connection brings 64 KiB of messages, however small. */
  readonly messagesWaiting: number;
  /** Operations that run at a time: queries, and subscriptions until they are established. */
  readonly operations: number;
  /** Of the messages of all its subscriptions: graphql-ws keeps each one as long as its subscription lasts. */
  readonly subscriptionBytes: number;
}

export const SOCKET_LIMITS: SocketLimits = {
  pendingConnections: 1_000,
  pendingMs: 1_000,
  initMs: 3_000,
  idBytes: MAX_ID_BYTES,
  messagesAtOnce: 250,
  messagesPerSecond: 50,
  floodMs: 5_000,
  messagesWaiting: 1_000,
  operations: 4,
  subscriptionBytes: MAX_OPERATION_BYTES,
};
