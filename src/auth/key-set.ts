import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Clock } from '../runtime/clock';

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
export type KeySet = z.infer<typeof keySet>;
/** Fetches a set, by one request or several, until the signal ends it. */
export type FetchKeySet = (end: AbortSignal) => Promise<KeySet>;

/** The key set that an issuer publishes, fetched at a limited rate. */
export interface KeySetSource {
  /** The latest set, fetched when it may have changed. Rejects when it cannot be fetched and none is kept. */
  get(): Promise<KeySet>;
  /** Whether the last fetch failed: a key may have been added since. */
  readonly isStale: boolean;
  /** Until when the latest set may be used, should no other be fetched. */
  readonly goodUntil: number;
  /** Changes whenever the fetched set differs from the one before. */
  readonly revision: number;
}

/** Fetching again makes sense only when a key may have been added, or the issuer may be back. */
const PAUSE_MS = { afterSuccess: 30_000, afterFailure: 3_000 };
/** How long a set is used while the issuer cannot be reached, and so how long a withdrawn key may still verify. */
const GRACE_MS = 60 * 60_000;
const FETCH_TIMEOUT_MS = 5_000;

/**
 * Fetches at a limited rate and returns the last result in between. Anyone can send tokens with key ids that do not exist: if
 * each were a request to the issuer, or one of a limited number, they could prevent other clients' keys from being fetched.
 */
export function createKeySetSource(fetchSet: FetchKeySet, clock: Clock): KeySetSource {
  let answer: Promise<KeySet> | undefined;
  let notBefore = -Infinity;
  let kept: { readonly set: KeySet; readonly goodUntil: number } | undefined;
  let isStale = false;
  let revision = 0;

  async function ask(): Promise<KeySet> {
    try {
      const set = await fetchSet(AbortSignal.timeout(FETCH_TIMEOUT_MS));
      isStale = false;
      notBefore = clock.now() + PAUSE_MS.afterSuccess;
      if (!isDeepStrictEqual(set, kept?.set)) revision += 1;
      kept = { set, goodUntil: clock.now() + GRACE_MS };
      return set;
    } catch (error) {
      isStale = true;
      notBefore = clock.now() + PAUSE_MS.afterFailure;
      if (kept !== undefined && clock.now() < kept.goodUntil) return kept.set;
      throw error;
    }
  }

  return {
    get() {
      if (answer !== undefined && clock.now() < notBefore) return answer;
      // Single-flight; the result decides when the next fetch may begin.
      notBefore = Infinity;
      answer = ask();
      return answer;
    },
    get isStale() {
      return isStale;
    },
    get goodUntil() {
      return kept?.goodUntil ?? -Infinity;
    },
    get revision() {
      return revision;
    },
  };
}

/** Rejects for anything but a key set. */
export async function fetchKeySet(uri: string, end: AbortSignal): Promise<KeySet> {
  return keySet.parse(await fetchJson(uri, end));
}

/** No redirect is followed: what is configured is where keys come from. */
export async function fetchJson(uri: string, end: AbortSignal): Promise<unknown> {
  const response = await fetch(uri, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: end,
  });
  if (!response.ok) throw new Error(`The issuer answered ${response.status}.`);
  return response.json();
}
