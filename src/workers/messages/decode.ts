import { isUtf8 } from 'node:buffer';
import { rejected, type Rejection } from './rejection';

/** What stands behind the bytes of a message: any JSON value. */
export interface Decoded {
  readonly kind: 'decoded';
  readonly value: unknown;
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
/** What serialisers put ahead of a value that a schema registry has a schema of: a zero, and the schema's id in four bytes. */
const MAGIC_BYTE = 0;
const MAGIC_LENGTH = 5;

/** Reads JSON in UTF-8. A byte order mark at the head is passed over. */
export function decode(value: Buffer | string | null): Decoded | Rejection {
  if (value === null) return rejected('no value: a tombstone carries no message');
  if (hasMagicByte(value)) return rejected("not JSON: a schema registry's magic byte is at its head");
  // Decoding would put U+FFFD for what is no UTF-8, and so store what was not sent.
  if (typeof value !== 'string' && !isUtf8(value)) return rejected('not UTF-8');
  return parseJson(withoutMark(value)) ?? rejected('not JSON');
}

export function hasMagicByte(value: Buffer | string): value is Buffer {
  return typeof value !== 'string' && value.length >= MAGIC_LENGTH && value[0] === MAGIC_BYTE;
}

/** The value behind magic byte and schema id. */
export function behindMagicByte(value: Buffer): Buffer {
  return value.subarray(MAGIC_LENGTH);
}

/** @returns undefined for what is no JSON: the engine's own message would quote the text, so it is dropped */
export function parseJson(text: string): Decoded | undefined {
  try {
    return { kind: 'decoded', value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function withoutMark(value: Buffer | string): string {
  if (typeof value === 'string') return value.startsWith('\ufeff') ? value.slice(1) : value;
  const isMarked = value.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return value.toString('utf8', isMarked ? BYTE_ORDER_MARK.length : 0);
}
