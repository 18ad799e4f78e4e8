/** As much of RFC 6455 as a subscriber needs: whole frames of less than 64 KiB. */

export const OPCODE = { text: 1, ping: 9, pong: 10 } as const;

const FIN = 0x80;
const MASKED = 0x80;
const LONGEST_SHORT = 125;
const IN_TWO_BYTES = 126;
const MASK_BYTES = 4;

/** A frame as a client has to send it: masked; with a mask of zeros, which leaves the bytes as they are. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const short = payload.length <= LONGEST_SHORT;
  const head = Buffer.alloc((short ? 2 : 4) + MASK_BYTES);
  head[0] = FIN | opcode;
  head[1] = MASKED | (short ? payload.length : IN_TWO_BYTES);
  if (!short) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

/** Takes bytes as they come in and hands on whole frames. */
export class FrameReader {
  private left: Buffer = Buffer.alloc(0);

  constructor(private readonly onFrame: (opcode: number, payload: Buffer, at: number) => void) {}

  take(bytes: Buffer, at: number): void {
    const all = this.left.length === 0 ? bytes : Buffer.concat([this.left, bytes]);
    let offset = 0;
    for (;;) {
      const end = this.frameAt(all, offset, at);
      if (end === undefined) break;
      offset = end;
    }
    this.left = all.subarray(offset);
  }

  /** @returns where the frame ends; undefined when it is not all there */
  private frameAt(bytes: Buffer, offset: number, at: number): number | undefined {
    const short = (bytes[offset + 1] ?? 0) & 0x7f;
    const head = short === IN_TWO_BYTES ? 4 : 2;
    if (bytes.length < offset + head) return undefined;
    const length = short === IN_TWO_BYTES ? bytes.readUInt16BE(offset + 2) : short;
    if (short > IN_TWO_BYTES) throw new Error('A frame is longer than any that is expected.');
    const end = offset + head + length;
    if (bytes.length < end) return undefined;
    this.onFrame((bytes[offset] ?? 0) & 0x0f, bytes.subarray(offset + head, end), at);
    return end;
  }
}
