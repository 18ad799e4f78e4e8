import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, MessageType } from 'graphql-ws';
import { z } from 'zod';
import { returnable } from '../returnable';

/** The protocol's own "too many", for a client that floods: graphql-ws's client does not reconnect after it. */
export const TOO_MANY = CloseCode.TooManyInitialisationRequests;

/** "Try again later" (RFC 6455 registry): graphql-ws's client reconnects, which it does not after 4401 or 4500. */
export const TRY_AGAIN_LATER = 1013;

/** A close frame holds at most 125 bytes, two of them for the code (RFC 6455, section 5.5.1); ws throws beyond. */
const MAX_REASON_BYTES = 123;

/** Truncates a reason to what a close frame holds. graphql-ws's reasons contain ids that clients chose. */
export function closeReason(reason: string): string {
  const text = Buffer.from(reason);
  if (text.length <= MAX_REASON_BYTES) return reason;
  // Streaming drops a character that is cut in two: the reason must be valid UTF-8.
  return new TextDecoder('utf-8').decode(text.subarray(0, MAX_REASON_BYTES), { stream: true });
}

const serverMessage = z.looseObject({
  type: z.enum([MessageType.ConnectionAck, MessageType.Next, MessageType.Error]),
});

/** Whether only a server sends such a message: graphql-ws throws at one, as it does at an internal error. */
export function isServerMessage(text: string): boolean {
  return serverMessage.safeParse(JSON.parse(text)).success;
}

/** Node has detached the connection: an error without a listener would end the process. */
export function rejectUpgrade(socket: Duplex, status = 404): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  // A server that is unavailable now may be available soon (RFC 9110, section 15.6.4).
  const retryAfter = status === 503 ? 'Retry-After: 1\r\n' : '';
  // A client of another protocol version is told ours (RFC 6455, section 4.2.2).
  const version = status === 400 ? 'Sec-WebSocket-Version: 13\r\n' : '';
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${retryAfter}${version}`;
  socket.end(`${head}X-Content-Type-Options: nosniff\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

/** Keeps a subscription of graphql-ws open until it is returned, and yields nothing: its values bypass the library. */
export function untilReturned(onReturn: () => void): AsyncGenerator<never, void, undefined> {
  let end: (result: IteratorReturnResult<undefined>) => void = () => undefined;
  const over = new Promise<IteratorReturnResult<undefined>>((resolve) => (end = resolve));
  let isOver = false;
  return returnable<never>(
    () => over,
    () => {
      if (!isOver) onReturn();
      isOver = true;
      end({ done: true, value: undefined });
      return Promise.resolve();
    },
  );
}
