/** Characters that must not reach a terminal: they could clear it or overwrite its text. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const CONTROL_BESIDES_LINES = /[^\P{Cc}\t\n\r]/u;

/** A text that is safe to print on one line of a terminal. */
export function oneLine(text: string): string {
  return text.replaceAll(CONTROL, '\uFFFD');
}

/** Decodes bytes; undefined when they are not UTF-8 or contain control characters. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return CONTROL_BESIDES_LINES.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Describes bytes: as text, in base64, or that there are none. */
export function describeBytes(bytes: Uint8Array | null): string {
  if (bytes === null) return 'null';
  if (bytes.length === 0) return '(empty)';
  return textOf(bytes) ?? `base64: ${Buffer.from(bytes).toString('base64')}`;
}
