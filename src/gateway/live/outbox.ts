import type { WebSocket } from 'ws';

export interface OutboxLimits {
  /** Above this a socket is behind: the client, or the way to it, does not take in what is sent. */
  readonly bufferedBytes: number;
  /** Above this it is let go at once: it keeps asking and does not take in the answers. */
  readonly mostBufferedBytes: number;
  /** Who is behind for so long is let go. */
  readonly patienceMs: number;
  readonly lookEveryMs: number;
}

const LIMITS: OutboxLimits = {
  bufferedBytes: 256 * 1024,
  mostBufferedBytes: 16 * 1024 * 1024,
  patienceMs: 15_000,
  lookEveryMs: 500,
};
/** "Try again later" (RFC 6455 registry): the client reconnects and gets the present value. */
const TOO_SLOW = 1013;
/** What waits ahead of the close frame may never be taken in: after so long the connection is cut. */
const FAREWELL_MS = 2_000;

/** What is sent to one socket: everything to one that keeps up, the latest value to one that is behind. */
export interface Outbox {
  /** Replaces what has not been sent yet of the same subscription. */
  sendLatest(id: string, value: string): void;
  /** Sends what is no value of a subscription: answers, pongs, completions. */
  send(text: string): void;
  /** Nothing more of this subscription is sent. */
  forget(id: string): void;
}

export interface Outboxes {
  open(socket: WebSocket): Outbox;
  stop(): void;
}

/** The outboxes of all sockets, and one clock that looks after those that are behind. */
export function createOutboxes(limits: Partial<OutboxLimits> = {}): Outboxes {
  const { bufferedBytes, mostBufferedBytes, patienceMs, lookEveryMs } = { ...LIMITS, ...limits };
  const behind = new Map<WebSocket, Backlog>();

  function look(): void {
    for (const [socket, backlog] of behind) {
      if (socket.readyState !== socket.OPEN) behind.delete(socket);
      else if (socket.bufferedAmount <= bufferedBytes) {
        behind.delete(socket);
        for (const [id, value] of backlog.latest) socket.send(frame(id, value));
      } else if (performance.now() - backlog.since > patienceMs) {
        behind.delete(socket);
        socket.close(TOO_SLOW, 'The connection is too slow for what it has subscribed to.');
        setTimeout(() => socket.terminate(), FAREWELL_MS).unref();
      }
    }
  }

  const timer = setInterval(look, lookEveryMs).unref();

  return {
    open: (socket) => ({
      sendLatest(id, value) {
        const backlog = behind.get(socket);
        if (backlog !== undefined) backlog.latest.set(id, value);
        else if (socket.bufferedAmount <= bufferedBytes) socket.send(frame(id, value));
        else behind.set(socket, { since: performance.now(), latest: new Map([[id, value]]) });
      },
      send(text) {
        if (socket.readyState !== socket.OPEN) return;
        if (socket.bufferedAmount > mostBufferedBytes) socket.terminate();
        else socket.send(text);
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
