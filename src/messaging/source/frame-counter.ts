/** Counts the frames of Kafka's protocol in a stream: a length of four bytes, and as many bytes. */
export interface FrameCounter {
  add(bytes: Buffer): void;
  /** How many have come in whole. */
  readonly count: number;
}

const LENGTH_BYTES = 4;

export function createFrameCounter(): FrameCounter {
  let count = 0;
  const length = Buffer.alloc(LENGTH_BYTES);
  let lengthBytes = 0;
  /** Of the frame that has begun, once its length is known. */
  let missing = 0;

  return {
    add(bytes) {
      let place = 0;
      while (place < bytes.length) {
        if (lengthBytes < LENGTH_BYTES) {
          const copied = bytes.copy(length, lengthBytes, place, place + LENGTH_BYTES - lengthBytes);
          lengthBytes += copied;
          place += copied;
          if (lengthBytes < LENGTH_BYTES) return;
          missing = length.readUInt32BE();
        }
        const taken = Math.min(missing, bytes.length - place);
        missing -= taken;
        place += taken;
        if (missing > 0) return;
        count += 1;
        lengthBytes = 0;
      }
    },
    get count() {
      return count;
    },
  };
}
