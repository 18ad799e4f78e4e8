import { decompress as readZstd } from 'fzstd';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { compressFrame as writeLz4, decompressFrame as readLz4 } from 'lz4-napi';
import { compress as writeSnappy, uncompress } from 'snappy';

/** What KafkaJS asks of a codec. */
export interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(batch: Buffer): Promise<Buffer>;
}

/** Begins what Java clients write: their Snappy cuts a batch into blocks, in the framing of snappy-java (xerial). */
const XERIAL_MAGIC = Buffer.from('\x82SNAPPY\0', 'latin1');
/** The magic, then the version and the oldest version that can read it, four bytes each. */
const XERIAL_HEADER_BYTES = XERIAL_MAGIC.length + 4 + 4;

/** Reads both framings in use: librdkafka and Go clients write one bare block. Writes the bare one. */
export const snappy: Codec = {
  compress: ({ buffer }) => writeSnappy(buffer),
  decompress: (batch) => (isXerial(batch) ? readXerial(batch) : readSnappy(batch)),
};

/** LZ4 frames, which all clients write. */
export const lz4: Codec = {
  compress: ({ buffer }) => writeLz4(buffer),
  decompress: (batch) => readLz4(batch),
};

/** Zstandard frames; streaming writers, Java's among them, do not say how long the content is. Only reads. */
export const zstd: Codec = {
  compress: () => Promise.reject(new Error('Batches are read in ZSTD, never written.')),
  // Within a promise, so that broken data rejects, as it does with the other two.
  decompress: (batch) => new Promise((resolve) => resolve(bytesOf(readZstd(batch)))),
};

/**
 * Teaches KafkaJS the codecs that it does not hold itself. Without them a single batch in one of these ends the
 * consumer: which codec is used is for each producer to choose. To be called once, before a consumer runs.
 */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
}

function isXerial(batch: Buffer): boolean {
  return batch.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC);
}

/** After the header: each block behind its length in four bytes. */
async function readXerial(batch: Buffer): Promise<Buffer> {
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < batch.length;) {
    const start = at + 4;
    const end = start + batch.readUInt32BE(at);
    if (end > batch.length) throw new Error('A Snappy block ends beyond its batch.');
    blocks.push(await readSnappy(batch.subarray(start, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}

async function readSnappy(block: Buffer): Promise<Buffer> {
  const bytes = await uncompress(block, { asBuffer: true });
  return typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
