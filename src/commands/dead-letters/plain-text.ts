/** What must not reach a terminal as it is: it could clear it, or write over what stands there. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const CONTROL_BESIDES_LINES = /[^\P{Cc}\t\n\r]/u;

/** A text for one line of a terminal. */
export function oneLine(text: string): string {
  return text.replaceAll(CONTROL, '\uFFFD');
}

/** Bytes as the text that they are; undefined when they are none, or one that a terminal would obey. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return CONTROL_BESIDES_LINES.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Bytes in words: their text, or that they are none. */
export function describeBytes(bytes: Uint8Array | null): string {
  if (bytes === null) return 'null';
  if (bytes.length === 0) return '(empty)';
  return textOf(bytes) ?? `base64: ${Buffer.from(bytes).toString('base64')}`;
}
