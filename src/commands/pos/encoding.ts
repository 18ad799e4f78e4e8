import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import iconv from 'iconv-lite';

export const ENCODINGS = ['utf-8', 'cp949', 'utf-16le'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Replaces bytes that are no character of the encoding. */
export const UNREADABLE = '\uFFFD';

/**
 * Reads the whole file once. A file that is valid UTF-8 throughout is UTF-8, because Korean in CP949 practically never is;
 * a byte order mark says UTF-16; any other file is CP949.
 */
export async function detectEncoding(file: string): Promise<Encoding> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isBeginning = true;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    if (isBeginning && chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
    isBeginning = false;
    if (!isUtf8(decoder, chunk)) return 'cp949';
  }
  return isUtf8(decoder, undefined) ? 'utf-8' : 'cp949';
}

/** The text of a file, without a byte order mark; UNREADABLE where bytes are no character of the encoding. */
export async function* readText(file: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding);
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const text = decoder.write(chunk);
    if (text !== '') yield text;
  }
  const rest = decoder.end();
  if (rest) yield rest;
}

/** @param chunk undefined for the end of the file, where an incomplete character is an error */
function isUtf8(decoder: TextDecoder, chunk: Buffer | undefined): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch (error) {
    if (isOfDecoder(error)) return false;
    throw error;
  }
}

function isOfDecoder(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error
    ? error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    : false;
}
