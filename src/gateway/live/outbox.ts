import type { WebSocket } from 'ws';

/** Above this a socket is behind: the client, or the way to it, does not take in what is sent. */
const MOST_BUFFERED_BYTES = 256 * 1024;
/** Who is behind for so long is let go. */
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 500;
/** "Try again later" (RFC 6455 registry): the client reconnects and gets the present value. */
const TOO_SLOW = 1013;

/** What is sent to one socket: everything to one that keeps up, the latest value to one that is behind. */
export interface Outbox {
  /** Replaces what has not been sent yet of the same subscription. */
  sendLatest(id: string, value: string): void;
  /** Nothing more of this subscription is sent. */
  forget(id: string): void;
}

export interface Outboxes {
  open(socket: WebSocket): Outbox;
  stop(): void;
}

/** The outboxes of all sockets, and one clock that looks after those that are behind. */
export function createOutboxes(): Outboxes {
  const behind = new Map<WebSocket, Backlog>();

  function look(): void {
    for (const [socket, backlog] of behind) {
      if (socket.readyState !== socket.OPEN) behind.delete(socket);
      else if (socket.bufferedAmount <= MOST_BUFFERED_BYTES) {
        behind.delete(socket);
        for (const [id, value] of backlog.latest) socket.send(frame(id, value));
      } else if (performance.now() - backlog.since > PATIENCE_MS) {
        behind.delete(socket);
        // The frame waits behind what is not taken in; `ws` ends the connection itself when it waits too long.
        socket.close(TOO_SLOW, 'The connection is too slow for what it has subscribed to.');
      }
    }
  }

  const timer = setInterval(look, LOOK_EVERY_MS).unref();

  return {
    open: (socket) => ({
      sendLatest(id, value) {
        const backlog = behind.get(socket);
        if (backlog !== undefined) backlog.latest.set(id, value);
        else if (socket.bufferedAmount <= MOST_BUFFERED_BYTES) socket.send(frame(id, value));
        else behind.set(socket, { since: performance.now(), latest: new Map([[id, value]]) });
      },
      forget: (id) => void behind.get(socket)?.latest.delete(id),
    }),
    stop: () => clearInterval(timer),
  };
}

interface Backlog {
  readonly since: number;
  readonly latest: Map<string, string>;
}

/** A `next` message of graphql-transport-ws; the value is the same text for everybody, only the id differs. */
function frame(id: string, value: string): string {
  return `{"id":${JSON.stringify(id)},"type":"next","payload":${value}}`;
}
