import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

/** How a body is compressed, by the names of HTTP (RFC 9110, 8.4.1). */
export type ContentCoding = 'br' | 'gzip';

/** Ours first where the client has no preference. */
const CODINGS: readonly ContentCoding[] = ['br', 'gzip'];

/** A smaller body fits into one packet as it is. */
const SMALLEST_BYTES = 1_024;

/** Whether a body is of a size for which the client's Accept-Encoding is looked at. */
export const isCompressible = (bytes: Buffer): boolean => bytes.length >= SMALLEST_BYTES;

/** A longer header is no browser's, and reading it takes as long as a client likes: no coding of it is taken. */
const LONGEST_READ = 200;
/** The clients of a service send a handful of different headers, and reading one takes a tenth of a hit. */
const remembered = new LRUCache<string, { readonly coding: ContentCoding | undefined }>({ max: 100 });

/** The coding that the client prefers; undefined where it names none of ours: the body is sent as it is then. */
export function codingFor({ headers }: Pick<IncomingMessage, 'headers'>): ContentCoding | undefined {
  const accepted = headers['accept-encoding'];
  if (accepted === undefined || accepted.length > LONGEST_READ) return undefined;
  const known = remembered.get(accepted);
  if (known !== undefined) return known.coding;
  const coding = negotiate(accepted);
  remembered.set(accepted, { coding });
  return coding;
}

/** An option of negotiator that its types lack. */
interface WithPreference {
  encoding(available: readonly string[], options: { readonly preferred: string[] }): string | undefined;
}

function negotiate(accepted: string): ContentCoding | undefined {
  const negotiator: WithPreference = new Negotiator({ headers: { 'accept-encoding': accepted } });
  const best = negotiator.encoding([...CODINGS, 'identity'], { preferred: [...CODINGS] });
  return CODINGS.find((coding) => coding === best);
}

/** Takes some 0.2 ms of the event loop; a thread of zlib's own costs as much again, and more where the machine is busy. */
const LARGEST_AT_ONCE_BYTES = 16 * 1_024;

/** Half the time of the usual levels, for a twelfth more bytes. */
const GZIP = { level: 4 };
const brotliOptions = ({ length }: Buffer) => ({
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 3,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: length,
  },
});

const inThread = { br: promisify(brotliCompress), gzip: promisify(gzip) };

/** Compresses: at once what is small, and the rest in a thread, so that the event loop is not held. */
export function compress(bytes: Buffer, coding: ContentCoding): Buffer | Promise<Buffer> {
  const isSmall = bytes.length <= LARGEST_AT_ONCE_BYTES;
  if (coding === 'gzip') return isSmall ? gzipSync(bytes, GZIP) : inThread.gzip(bytes, GZIP);
  const options = brotliOptions(bytes);
  return isSmall ? brotliCompressSync(bytes, options) : inThread.br(bytes, options);
}
