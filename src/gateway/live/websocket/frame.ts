const MESSAGE_END = Buffer.from('}');

/** The part of a `next` message of graphql-transport-ws before its payload: each subscription makes its own once. */
export const nextMessageHead = (id: string): Buffer =>
  Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);

/** @param payload JSON in UTF-8, which the whole cohort shares */
export const nextFrame = (head: Buffer, payload: Buffer): Buffer => textFrame([head, payload, MESSAGE_END]);

/** The first byte of a frame with a whole text message (RFC 6455, section 5.2): FIN, opcode 1. */
const WHOLE_TEXT = 0x81;
/** Lengths up to this are in the second byte; for longer ones it holds one of two marks, and the length follows. */
const LONGEST_SHORT = 125;
const IN_TWO_BYTES = 126;
const IN_EIGHT_BYTES = 127;

/**
 * A text message of a server as it goes onto the wire, in one buffer, so that one write sends it. Of a value for ten
 * thousand sockets only each subscription's own parts differ; the shared text is copied from one buffer.
 *
 * @param parts the message in UTF-8, in order
 */
export function textFrame(parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const headLength = headLengthFor(length);
  const frame = Buffer.allocUnsafe(headLength + length);
  frame[0] = WHOLE_TEXT;
  if (headLength === 2) frame[1] = length;
  else if (headLength === 4) {
    frame[1] = IN_TWO_BYTES;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = IN_EIGHT_BYTES;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  let offset = headLength;
  for (const part of parts) offset += part.copy(frame, offset);
  return frame;
}

function headLengthFor(length: number): number {
  if (length <= LONGEST_SHORT) return 2;
  return length <= 0xffff ? 4 : 10;
}
