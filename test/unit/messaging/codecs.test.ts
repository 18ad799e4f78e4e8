import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { lz4, registerCodecs, snappy, zstd } from '../../../src/messaging/source/kafka-codecs';
import { LINE, LZ4_BATCH, SNAPPY_BATCH, ZSTD_BATCH } from './java-batches';

const bytes = (base64: string) => Buffer.from(base64, 'base64');
const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const some = Buffer.from(LINE.repeat(5_000));

describe('batches of Java clients', () => {
  it.each([
    ['Snappy', snappy, SNAPPY_BATCH],
    ['LZ4', lz4, LZ4_BATCH],
    ['ZSTD', zstd, ZSTD_BATCH],
  ])('in %s come out as they went in', async (_name, codec, { lines, base64 }) => {
    const content = await codec.decompress(bytes(base64));
    expect(content.equals(Buffer.from(LINE.repeat(lines)))).toBe(true);
  });
});

describe('Snappy', () => {
  // Length 5, then a literal of 5; length 9, then a literal of 3 and a copy of 6 from 3 back.
  const HELLO = '05 10 68656c6c6f';
  const ABC = '09 08 616263 0903';
  const XERIAL = '82 534e41505059 00 00000001 00000001';

  it('reads a bare block, as librdkafka and Go clients write it', async () => {
    await expect(snappy.decompress(hex(HELLO))).resolves.toEqual(Buffer.from('hello'));
    await expect(snappy.decompress(hex(ABC))).resolves.toEqual(Buffer.from('abcabcabc'));
  });

  it('reads the blocks of the xerial framing in their order', async () => {
    const batch = hex(`${XERIAL} 00000007 ${HELLO} 00000007 ${ABC}`);
    await expect(snappy.decompress(batch)).resolves.toEqual(Buffer.from('helloabcabcabc'));
    await expect(snappy.decompress(hex(XERIAL))).resolves.toHaveLength(0);
  });

  it('reads a batch that lies within a larger buffer', async () => {
    const response = Buffer.concat([Buffer.alloc(9), hex(`${XERIAL} 00000007 ${HELLO}`), Buffer.alloc(9)]);
    await expect(snappy.decompress(response.subarray(9, -9))).resolves.toEqual(Buffer.from('hello'));
  });

  it('refuses blocks that are cut off or broken', async () => {
    await expect(snappy.decompress(hex(`${XERIAL} 00000008 ${HELLO}`))).rejects.toThrow('beyond its batch');
    await expect(snappy.decompress(hex(`${XERIAL} 0000`))).rejects.toThrow();
    await expect(snappy.decompress(hex('05 10 6865'))).rejects.toThrow();
  });
});

describe('ZSTD', () => {
  it('reads a frame that says how long its content is, and frames one after the other', async () => {
    // Magic, a descriptor with a one-byte content size, then one raw block.
    const frame = '28b52ffd 20 05 290000 68656c6c6f';
    await expect(zstd.decompress(hex(frame))).resolves.toEqual(Buffer.from('hello'));
    await expect(zstd.decompress(hex(frame + frame))).resolves.toEqual(Buffer.from('hellohello'));
  });

  it('rejects what is broken rather than to throw', async () => {
    await expect(zstd.decompress(Buffer.from('not a frame'))).rejects.toThrow();
    await expect(zstd.decompress(bytes(ZSTD_BATCH.base64).subarray(0, -9))).rejects.toThrow();
  });

  it('is not written', async () => {
    await expect(zstd.compress({ buffer: some })).rejects.toThrow('never written');
  });
});

describe('LZ4', () => {
  it('refuses what is broken', async () => {
    await expect(lz4.decompress(Buffer.from('not a frame'))).rejects.toThrow();
  });
});

describe('what is written', () => {
  it.each([
    ['Snappy', snappy],
    ['LZ4', lz4],
  ])('in %s is smaller, and reads as it was', async (_name, codec) => {
    const batch = await codec.compress({ buffer: some });
    expect(batch.length).toBeLessThan(some.length / 10);
    expect((await codec.decompress(batch)).equals(some)).toBe(true);
  });
});

describe('KafkaJS', () => {
  it('knows the codecs once they are registered', () => {
    expect(CompressionCodecs[CompressionTypes.Snappy]).toThrow();
    registerCodecs();
    expect(CompressionCodecs[CompressionTypes.Snappy]()).toBe(snappy);
    expect(CompressionCodecs[CompressionTypes.LZ4]()).toBe(lz4);
    expect(CompressionCodecs[CompressionTypes.ZSTD]()).toBe(zstd);
  });
});
