import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { textFrame } from './frame';

export interface OutboxLimits {
  /** Above this a socket is behind: the client, or the way to it, does not take in what is sent. */
  readonly bufferedBytes: number;
  /** Above this it is let go at once: it keeps asking and does not take in the answers. */
  readonly mostBufferedBytes: number;
  /** Above this in all, those are let go for whom the most waits. */
  readonly totalBytes: number;
  /** Who is behind for so long is let go. */
  readonly patienceMs: number;
  readonly lookEveryMs: number;
}

const LIMITS: OutboxLimits = {
  bufferedBytes: 256 * 1024,
  mostBufferedBytes: 1024 * 1024,
  totalBytes: 64 * 1024 * 1024,
  patienceMs: 15_000,
  lookEveryMs: 500,
};
/** "Try again later" (RFC 6455 registry): the client reconnects and gets the present value. */
const TOO_SLOW = 1013;
/** What waits ahead of the close frame may never be taken in: after so long the connection is cut. */
const FAREWELL_MS = 2_000;

/** What is sent to one socket: everything to one that keeps up, the latest value to one that is behind. */
export interface Outbox {
  /** The values of one subscription, by its id. */
  open(id: string): Feed;
  /** Sends what is no value of a subscription: answers, pongs of the protocol, completions. */
  send(text: string): void;
  /** Answers a ping frame (RFC 6455, section 5.5.3). */
  pong(data: Buffer): void;
}

/** A subscription's way to its socket. */
export interface Feed {
  /** @param value JSON in UTF-8; it replaces what has not been sent yet */
  sendLatest(value: Buffer): void;
  /** Sends it, whether the socket keeps up or not. */
  writeNow(value: Buffer): void;
  /** Nothing more is sent. */
  end(): void;
}

export interface Outboxes {
  /** @param wire the connection below the socket: values are written to it as finished frames, past the library */
  open(socket: WebSocket, wire: Duplex): Outbox;
  stop(): void;
}

/** The outboxes of all sockets, and one clock that looks after those that are behind. */
export function createOutboxes(limits: Partial<OutboxLimits> = {}): Outboxes {
  const all = { ...LIMITS, ...limits };
  const open = new Set<SocketOutbox>();
  const behind = new Set<SocketOutbox>();
  const timer = setInterval(() => {
    for (const outbox of behind) outbox.look();
    letGoBeyond(all.totalBytes, open);
  }, all.lookEveryMs).unref();
  return {
    open(socket, wire) {
      const outbox = new SocketOutbox(socket, wire, all, behind);
      open.add(outbox);
      socket.once('close', () => open.delete(outbox));
      return outbox;
    },
    stop: () => clearInterval(timer),
  };
}

/** Many that are each a little behind are more than a process can hold. */
function letGoBeyond(totalBytes: number, outboxes: Iterable<SocketOutbox>): void {
  const holding = [...outboxes].filter(({ bytes }) => bytes > 0);
  let total = holding.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= totalBytes) return;
  for (const outbox of holding.sort((one, other) => other.bytes - one.bytes)) {
    total -= outbox.bytes;
    outbox.cut();
    if (total <= totalBytes) return;
  }
}

class SocketOutbox implements Outbox {
  /** Since when it has been behind, and the latest value of each subscription, to be sent once it has caught up. */
  private backlog: { readonly since: number; readonly latest: Map<Feed, Buffer> } | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly wire: Duplex,
    private readonly limits: OutboxLimits,
    private readonly behind: Set<SocketOutbox>,
  ) {}

  open(id: string): Feed {
    const head = nextMessageHead(id);
    const feed: Feed = {
      sendLatest: (value) => {
        if (this.backlog !== undefined) this.backlog.latest.set(feed, value);
        else if (this.isBehind()) this.fallBehind(feed, value);
        else this.write(head, value);
      },
      writeNow: (value) => this.write(head, value),
      end: () => void this.backlog?.latest.delete(feed),
    };
    return feed;
  }

  send(text: string): void {
    if (this.mayBeSentMore()) this.socket.send(text);
  }

  pong(data: Buffer): void {
    if (this.mayBeSentMore()) this.socket.pong(data);
  }

  /** How much waits for the connection to take it. */
  get bytes(): number {
    return this.wire.writableLength;
  }

  /** A close frame would stand at the end of all that waits. */
  cut(): void {
    this.socket.terminate();
  }

  /** To be called now and then while it is behind. */
  look(): void {
    const { socket, backlog, behind, limits } = this;
    if (backlog === undefined || socket.readyState !== socket.OPEN) behind.delete(this);
    else if (!this.isBehind()) {
      this.catchUp();
      for (const [feed, value] of backlog.latest) feed.writeNow(value);
    } else if (performance.now() - backlog.since > limits.patienceMs) {
      behind.delete(this);
      socket.close(TOO_SLOW, 'The connection is too slow for what it has subscribed to.');
      setTimeout(() => socket.terminate(), FAREWELL_MS).unref();
    }
  }

  private mayBeSentMore(): boolean {
    const { socket, limits } = this;
    if (socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount <= limits.mostBufferedBytes) return true;
    socket.terminate();
    return false;
  }

  private isBehind(): boolean {
    return this.bytes > this.limits.bufferedBytes;
  }

  private fallBehind(feed: Feed, value: Buffer): void {
    this.backlog = { since: performance.now(), latest: new Map([[feed, value]]) };
    this.behind.add(this);
  }

  private catchUp(): void {
    this.backlog = undefined;
    this.behind.delete(this);
  }

  /**
   * Past `ws`, which would write the head of a frame and its text as two pieces: a quarter of the time that sending to
   * ten thousand takes. It neither compresses nor cuts messages here, so frames cannot mix.
   */
  private write(head: Buffer, value: Buffer): void {
    const { socket, wire } = this;
    if (socket.readyState === socket.OPEN) wire.write(textFrame([head, value, MESSAGE_END]));
  }
}

/** A `next` message of graphql-transport-ws but for its payload, which is the same for everybody. */
const nextMessageHead = (id: string): Buffer =>
  Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
const MESSAGE_END = Buffer.from('}');
