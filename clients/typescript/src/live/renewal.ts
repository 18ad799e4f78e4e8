import { LONGEST_TIMEOUT_MS } from '../environment';
import { currentToken, expiryOf, type TokenSource } from '../token';

/** A token is renewed this long before it ends, or in the middle of what is left to it. */
const LEAD_MS = 60_000;
/** A source that has nothing newer yet is asked no more often. */
const AGAIN_AFTER_MS = 1_000;

/**
 * Brings a fresh token before the one in use ends. A fixed one, and one that does not say when it ends, are not renewed:
 * the service closes the socket then.
 *
 * @param send is given each fresh token
 * @returns ends it
 */
export function keepFresh(source: TokenSource, inUse: string, send: (token: string) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  function schedule(token: string): void {
    const expiry = expiryOf(token);
    const leftMs = expiry === undefined ? 0 : expiry - Date.now();
    if (leftMs <= 0) return;
    const waitMs = Math.max(leftMs - LEAD_MS, leftMs / 2, AGAIN_AFTER_MS);
    timer = setTimeout(() => void renew(token), Math.min(waitMs, LONGEST_TIMEOUT_MS));
  }

  async function renew(old: string): Promise<void> {
    // One that fails is asked again, as one that has nothing newer: the old token is good for a while.
    const fresh = await currentToken(source).catch(() => old);
    if (isOver) return;
    if (fresh !== old) send(fresh);
    schedule(fresh);
  }

  if (typeof source === 'function') schedule(inUse);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
