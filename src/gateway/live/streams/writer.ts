import type { ServerResponse } from 'node:http';
import type { OperationFormat, StreamFormat } from './formats';

export interface WriterLimits {
  /** A client that does not read what was written for so long is cut. */
  readonly slowTimeoutMs: number;
  /** A client with more unwritten answers is cut: it keeps asking and does not read. */
  readonly maxWaitingBytes: number;
  readonly heartbeatMs: number;
}

const LIMITS: WriterLimits = {
  slowTimeoutMs: 15_000,
  maxWaitingBytes: 1024 * 1024,
  heartbeatMs: 12_000,
};

/** What one stream is sent: every value while its client keeps up, else the latest of each operation. */
export interface StreamWriter {
  open(format: OperationFormat): ResultSender;
  /** Answers a request with the stream. Until then everything waits. */
  start(response: ServerResponse): void;
  /** Ends the stream behind what waits. */
  end(): void;
}

/** Sends the results of one operation. After the last one it sends nothing. */
export interface ResultSender {
  /** @param json a result in UTF-8, shared with other streams; replaces one that is unwritten */
  sendLatest(json: Buffer): void;
  /** @param json behind which the operation is complete */
  sendLast(json: Buffer): void;
  /** @param json the errors with which it is complete */
  sendFailure(json: Buffer): void;
  /** Drops what is unwritten. */
  drop(): void;
}

/** What an operation has unwritten. */
interface Unwritten {
  /** A result, not in its format yet: most are replaced while a client is slow. */
  readonly latest?: Buffer;
  readonly last?: Buffer;
}

/**
 * A stream has one value under way: a client that reads slower than values are made gets the latest of each operation, and
 * misses those in between.
 *
 * @param cut called for a client that leaves too much unread
 */
export function createStreamWriter(
  { contentType, opening, heartbeat, closing }: StreamFormat,
  cut: () => void,
  limits: Partial<WriterLimits> = {},
): StreamWriter {
  const { slowTimeoutMs, maxWaitingBytes, heartbeatMs } = { ...LIMITS, ...limits };
  /** The operation that has waited longest is first. */
  const waiting = new Map<OperationFormat, Unwritten>();
  let response: ServerResponse | undefined;
  let isWriting = false;
  let isEnding = false;
  let isEnded = false;
  let beat: NodeJS.Timeout | undefined;

  function writeNext(): void {
    if (response === undefined || isWriting || isEnded) return;
    const [longest] = waiting;
    if (longest !== undefined) {
      const [format, unwritten] = longest;
      waiting.delete(format);
      write(response, bytesOf(format, unwritten));
    } else if (isEnding) {
      isEnded = true;
      clearInterval(beat);
      response.end(closing);
    }
  }

  function write(to: ServerResponse, bytes: Buffer): void {
    // A write behind the end would be an error of the response. The close event may come late.
    if (isEnded || to.destroyed) return;
    isWriting = true;
    const slow = setTimeout(cut, slowTimeoutMs).unref();
    to.write(bytes, (error) => {
      clearTimeout(slow);
      isWriting = false;
      if (!error) writeNext();
    });
  }

  function add(format: OperationFormat, unwritten: Unwritten): void {
    waiting.set(format, { ...waiting.get(format), ...unwritten });
    writeNext();
  }

  function addLast(format: OperationFormat, last: Buffer): void {
    if (bytesOfAll(waiting.values()) > maxWaitingBytes) cut();
    else add(format, { last: Buffer.concat([last, format.completion]) });
  }

  return {
    open(format) {
      let isOver = false;
      const finish = (send: () => void): void => {
        if (isOver) return;
        isOver = true;
        send();
      };
      return {
        sendLatest(latest) {
          if (!isOver) add(format, { latest });
        },
        sendLast: (json) => finish(() => addLast(format, format.next(json))),
        sendFailure: (json) =>
          finish(() => {
            // The client may have lost the right to read the value that waits.
            waiting.delete(format);
            addLast(format, format.failure(json));
          }),
        drop: () => finish(() => waiting.delete(format)),
      };
    },
    start(to) {
      response = to;
      // A proxy that gathers an answer before it passes it on would hold back every value.
      to.writeHead(200, {
        'Content-Type': contentType,
        'Cache-Control': 'no-cache',
        'X-Accel-Buffering': 'no',
      });
      // An error without a listener ends the process, and there is no other listener.
      to.on('error', cut);
      beat = setInterval(() => isWriting || write(to, heartbeat), heartbeatMs).unref();
      to.once('close', () => {
        clearInterval(beat);
        waiting.clear();
      });
      write(to, opening);
    },
    end() {
      isEnding = true;
      writeNext();
    },
  };
}

function bytesOf(format: OperationFormat, { latest, last }: Unwritten): Buffer {
  const result = latest === undefined ? [] : [format.next(latest)];
  return Buffer.concat(last === undefined ? result : [...result, last]);
}

function bytesOfAll(unwritten: Iterable<Unwritten>): number {
  let bytes = 0;
  for (const { last } of unwritten) bytes += last?.length ?? 0;
  return bytes;
}
