import { textOf } from '../../database/dead-letters/letter-text';

/** Characters that must not reach a terminal: they could clear it or overwrite its text. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text that is safe to print on one line of a terminal. */
export function oneLine(text: string): string {
  return text.replaceAll(CONTROL, '\uFFFD');
}

/** Describes bytes: as text, in base64, or that there are none. */
export function describeBytes(bytes: Uint8Array | null): string {
  if (bytes === null) return 'null';
  if (bytes.length === 0) return '(empty)';
  return textOf(bytes) ?? `base64: ${Buffer.from(bytes).toString('base64')}`;
}
