/** A text as PostgreSQL can hold it, and no longer than that: it refuses U+0000 and half of a surrogate pair. */
export function storableText(text: string, longest = Infinity): string {
  const kept = text.length <= longest ? text : `${text.slice(0, longest)}…`;
  return kept.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}
