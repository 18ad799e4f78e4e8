/** The first byte of a frame that holds a whole text message (RFC 6455, section 5.2): FIN, opcode 1. */
const WHOLE_TEXT = 0x81;
/** Lengths up to this stand in the second byte itself; beyond, one of the two marks says in how many bytes they do. */
const LONGEST_SHORT = 125;
const IN_TWO_BYTES = 126;
const IN_EIGHT_BYTES = 127;

/**
 * A text message of a server as it goes onto the wire: one buffer, so that one write of one piece sends it. Of what is
 * sent to ten thousand sockets only the parts differ that are theirs; the rest is copied from where it lies.
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
