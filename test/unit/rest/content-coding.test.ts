import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { createCompressedBodies } from '../../../src/rest/compressed-bodies';
import { codingFor, compress, type ContentCoding } from '../../../src/rest/content-coding';

const inflate = { br: brotliDecompressSync, gzip: gunzipSync };
const CODINGS: readonly ContentCoding[] = ['br', 'gzip'];
const text = (length: number): Buffer =>
  Buffer.from('{"count":1}'.repeat(Math.ceil(length / 11)).slice(0, length));

describe('the coding of an answer', () => {
  test.each<readonly [string | undefined, ContentCoding | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['deflate', undefined],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0, gzip;q=0.1', 'gzip'],
    ['gzip;q=0, br;q=0', undefined],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['gzip;q=0.5, *;q=0.1', 'gzip'],
    ['gzip;q=0.5, identity', undefined],
    ['x'.repeat(10_000), undefined],
  ])('for Accept-Encoding %p is %p, each time', (accepted, coding) => {
    const request = { headers: accepted === undefined ? {} : { 'accept-encoding': accepted } };
    expect([codingFor(request), codingFor(request)]).toEqual([coding, coding]);
  });

  test.each(CODINGS)('%s has all of a body, small or large', async (coding) => {
    for (const length of [1_024, 5_000, 1_000_000]) {
      const compressed = await compress(text(length), coding);
      expect(compressed.length).toBeLessThan(length / 4);
      expect(inflate[coding](compressed).equals(text(length))).toBe(true);
    }
  });

  test('does not hold the event loop where the body is large', () => {
    for (const coding of CODINGS) {
      expect(Buffer.isBuffer(compress(text(4_000), coding))).toBe(true);
      expect(Buffer.isBuffer(compress(text(40_000), coding))).toBe(false);
    }
  });
});

describe('the compressed forms of bodies', () => {
  test.each([5_000, 50_000])('of %i bytes are made once for each coding, whoever asks', async (length) => {
    const bodies = createCompressedBodies();
    const [first, meanwhile] = await Promise.all([
      bodies.of('one', text(length), 'br'),
      bodies.of('one', text(length), 'br'),
    ]);
    expect(meanwhile).toBe(first);
    // Without a promise: a hit waits for nothing.
    expect(bodies.of('one', text(length), 'br')).toBe(first);
    expect(inflate.gzip(await bodies.of('one', text(length), 'gzip')).equals(text(length))).toBe(true);
    expect(inflate.br(await bodies.of('other', text(length + 1), 'br')).length).toBe(length + 1);
  });

  test.each([5_000, 50_000])('hold on to no more than their own bytes: %d', async (length) => {
    const compressed = await createCompressedBodies().of('one', text(length), 'br');
    expect(compressed.buffer.byteLength).toBe(compressed.length);
  });

  test('take no more room than they may', () => {
    const bodies = createCompressedBodies(200);
    const first = bodies.of('0', text(5_000), 'br');
    for (let count = 1; count < 20; count += 1) void bodies.of(String(count), text(5_000), 'br');
    expect(bodies.of('0', text(5_000), 'br')).not.toBe(first);
  });
});
