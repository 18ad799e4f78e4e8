/** What one socket may ask, beside what is configured: bounds that a client in good faith does not come near. */
export interface SocketLimits {
  /** Sockets in all that have not said who they are yet. */
  readonly pendingConnections: number;
  /** So long one of these keeps its place, however many want it. */
  readonly pendingMs: number;
  /** Within this a socket has to say who it is, or it is closed with 4408. */
  readonly initMs: number;
  /** Of an operation's id, in UTF-8: graphql-ws's client makes uuids. */
  readonly idBytes: number;
  /** Messages that are taken at once; beyond, the socket is read no faster than the next says. */
  readonly messagesAtOnce: number;
  readonly messagesPerSecond: number;
  /** Who goes on sending more than that for so long is closed. */
  readonly floodMs: number;
  /** Messages that have been read and wait. One read of a connection brings 64 KiB, of whatever small messages. */
  readonly messagesWaiting: number;
  /** Operations that are under way: queries, and subscriptions until they stand. */
  readonly operations: number;
  /** The messages of all its subscriptions: graphql-ws keeps each for as long as its subscription lasts. */
  readonly subscriptionBytes: number;
}

export const SOCKET_LIMITS: SocketLimits = {
  pendingConnections: 1_000,
  pendingMs: 1_000,
  initMs: 3_000,
  idBytes: 128,
  messagesAtOnce: 250,
  messagesPerSecond: 50,
  floodMs: 5_000,
  messagesWaiting: 1_000,
  operations: 4,
  subscriptionBytes: 256 * 1_024,
};
