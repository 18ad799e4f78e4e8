const CONTROL_BESIDES_LINES = /[^\P{Cc}\t\n\r]/u;

/** What a letter holds, as text; undefined when the bytes are not UTF-8 or contain control characters. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return CONTROL_BESIDES_LINES.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
