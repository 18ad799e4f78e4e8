import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { nextFrame, nextMessageHead } from './frame';
import { TRY_AGAIN_LATER } from './protocol';

export interface SendQueueLimits {
  /** A socket with more unsent bytes is a slow consumer: it gets only the latest value of each subscription. */
  readonly slowAboveBytes: number;
  /** A socket with more unsent bytes is cut at once: its client keeps asking and does not read the answers. */
  readonly maxBufferedBytes: number;
  /** While all sockets together have more unsent bytes, those with the most are cut. */
  readonly maxTotalBytes: number;
  /** A socket that stays slow for longer is closed. */
  readonly slowTimeoutMs: number;
  readonly checkIntervalMs: number;
}

const LIMITS: SendQueueLimits = {
  slowAboveBytes: 256 * 1024,
  maxBufferedBytes: 1024 * 1024,
  maxTotalBytes: 64 * 1024 * 1024,
  slowTimeoutMs: 15_000,
  checkIntervalMs: 500,
};
/** The close frame queues behind the unsent bytes, which a slow client may never read. */
const CLOSE_TIMEOUT_MS = 2_000;

/** What one socket is sent: every value while it keeps up, the latest value while it is a slow consumer. */
export interface SendQueue {
  /** The values of one subscription, by its id. */
  open(id: string): ValueSender;
  /** Sends anything that is not a subscription's value: answers, pongs of the protocol, completions. */
  send(text: string): void;
  /** Answers a ping frame (RFC 6455, section 5.5.3). */
  pong(data: Buffer): void;
}

/** Sends the values of one subscription. */
export interface ValueSender {
  /** @param value JSON in UTF-8; replaces a value that is still unsent */
  sendLatest(value: Buffer): void;
  /** Writes the value even to a slow consumer. */
  writeNow(value: Buffer): void;
  /** Drops the unsent value. */
  end(): void;
}

export interface SendQueues {
  /** @param wire the connection below the socket: values are written to it as finished frames, bypassing `ws` */
  open(socket: WebSocket, wire: Duplex): SendQueue;
  stop(): void;
}

/** The send queues of all sockets, and one timer that checks the slow ones. */
export function createSendQueues(limits: Partial<SendQueueLimits> = {}): SendQueues {
  const all = { ...LIMITS, ...limits };
  const open = new Set<SocketSendQueue>();
  const slow = new Set<SocketSendQueue>();
  const timer = setInterval(() => {
    for (const queue of slow) queue.check();
    cutLargest(all.maxTotalBytes, open);
  }, all.checkIntervalMs).unref();
  return {
    open(socket, wire) {
      const queue = new SocketSendQueue(socket, wire, all, slow);
      open.add(queue);
      socket.once('close', () => open.delete(queue));
      return queue;
    },
    stop: () => clearInterval(timer),
  };
}

/** Bounds the sum: many sockets that are each a little slow would exceed the memory of the process. */
function cutLargest(maxTotalBytes: number, queues: Iterable<SocketSendQueue>): void {
  const holding = [...queues].filter(({ bytes }) => bytes > 0);
  let total = holding.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= maxTotalBytes) return;
  for (const queue of holding.sort((one, other) => other.bytes - one.bytes)) {
    total -= queue.bytes;
    queue.cut();
    if (total <= maxTotalBytes) return;
  }
}

class SocketSendQueue implements SendQueue {
  /** Set while the socket is slow: since when, and the unsent latest value of each subscription. */
  private backlog: { readonly since: number; readonly latest: Map<ValueSender, Buffer> } | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly wire: Duplex,
    private readonly limits: SendQueueLimits,
    private readonly slow: Set<SocketSendQueue>,
  ) {}

  open(id: string): ValueSender {
    const head = nextMessageHead(id);
    const sender: ValueSender = {
      sendLatest: (value) => {
        if (this.backlog !== undefined) this.backlog.latest.set(sender, value);
        else if (this.isSlow()) this.startBacklog(sender, value);
        else this.write(head, value);
      },
      writeNow: (value) => this.write(head, value),
      end: () => void this.backlog?.latest.delete(sender),
    };
    return sender;
  }

  send(text: string): void {
    if (this.canSend()) this.socket.send(text);
  }

  pong(data: Buffer): void {
    if (this.canSend()) this.socket.pong(data);
  }

  /** Bytes that the connection has not taken yet. */
  get bytes(): number {
    return this.wire.writableLength;
  }

  /** Terminates without a close frame, which would queue behind all unsent bytes. */
  cut(): void {
    this.socket.terminate();
  }

  /** To be called at intervals while the socket is slow. */
  check(): void {
    const { socket, backlog, slow, limits } = this;
    if (backlog === undefined || socket.readyState !== socket.OPEN) slow.delete(this);
    else if (!this.isSlow()) {
      this.endBacklog();
      for (const [sender, value] of backlog.latest) sender.writeNow(value);
    } else if (performance.now() - backlog.since > limits.slowTimeoutMs) {
      slow.delete(this);
      socket.close(TRY_AGAIN_LATER, 'The connection is too slow for what it has subscribed to.');
      setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
    }
  }

  private canSend(): boolean {
    const { socket, limits } = this;
    if (socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount <= limits.maxBufferedBytes) return true;
    socket.terminate();
    return false;
  }

  private isSlow(): boolean {
    return this.bytes > this.limits.slowAboveBytes;
  }

  private startBacklog(sender: ValueSender, value: Buffer): void {
    this.backlog = { since: performance.now(), latest: new Map([[sender, value]]) };
    this.slow.add(this);
  }

  private endBacklog(): void {
    this.backlog = undefined;
    this.slow.delete(this);
  }

  /**
   * Bypasses `ws`, which writes a frame's head and its text as two pieces: that takes a quarter of the time of sending to
   * ten thousand sockets. `ws` neither compresses nor fragments here, so frames cannot interleave.
   */
  private write(head: Buffer, value: Buffer): void {
    const { socket, wire } = this;
    if (socket.readyState === socket.OPEN) wire.write(nextFrame(head, value));
  }
}
