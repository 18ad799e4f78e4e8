import { LRUCache } from 'lru-cache';
import { compress, type ContentCoding } from './content-coding';

/** Compressed forms of bodies, so that each is compressed once and not for every client. */
export interface CompressedBodies {
  /** @param key names the bytes: no others are ever given with it */
  of(key: string, bytes: Buffer, coding: ContentCoding): Buffer | Promise<Buffer>;
}

/** Some ten thousand dashboards. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Kept under a name of their content: nothing that is kept can be out of date, so no change has to be heard of, and processes
 * need not agree.
 */
export function createCompressedBodies(maxBytes = MAX_BYTES): CompressedBodies {
  const kept = new LRUCache<string, Buffer>({
    maxSize: maxBytes,
    sizeCalculation: (bytes, key) => bytes.length + key.length,
  });
  /** What is being compressed: further requests for the same wait for it. */
  const running = new Map<string, Promise<Buffer>>();

  /** A copy: what zlib returns is a slice of the 16 KiB that it wrote into, and holds on to all of them. */
  function keep(key: string, compressed: Buffer): Buffer {
    const own = Buffer.allocUnsafeSlow(compressed.length);
    compressed.copy(own);
    kept.set(key, own);
    return own;
  }

  function keepOnceDone(key: string, compressing: Promise<Buffer>): Promise<Buffer> {
    const ended = compressing
      .then((compressed) => keep(key, compressed))
      .finally(() => void running.delete(key));
    running.set(key, ended);
    return ended;
  }

  return {
    of(key, bytes, coding) {
      const name = `${coding} ${key}`;
      const known = kept.get(name) ?? running.get(name);
      if (known !== undefined) return known;
      const compressed = compress(bytes, coding);
      return Buffer.isBuffer(compressed) ? keep(name, compressed) : keepOnceDone(name, compressed);
    },
  };
}
