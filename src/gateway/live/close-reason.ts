/** A close frame has 125 bytes at most, two of them for its code (RFC 6455, section 5.5.1); ws throws over a longer one. */
const LONGEST_BYTES = 123;

/** As much of a reason as a close frame holds. graphql-ws names ids that clients have made in its reasons. */
export function closeReason(reason: string): string {
  const text = Buffer.from(reason);
  if (text.length <= LONGEST_BYTES) return reason;
  // A character that would be cut in two is left out: it must be UTF-8.
  return new TextDecoder('utf-8').decode(text.subarray(0, LONGEST_BYTES), { stream: true });
}
