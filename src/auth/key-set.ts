import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Clock } from '../runtime/clock';

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
export type KeySet = z.infer<typeof keySet>;

/** What an issuer publishes, asked for no more often than is good for it. */
export interface KeySetSource {
  /** The latest known; fetched when there is reason to. Rejects when it cannot be had and none is kept. */
  get(): Promise<KeySet>;
  /** Whether the issuer could not be asked the last time: a key may have been added without our knowing. */
  readonly isStale: boolean;
  /** Another one from when other keys are known to be published than before. */
  readonly revision: number;
}

/** Asking again is worth it only when a key may have been added, or the issuer may have come back. */
const PAUSE_MS = { afterSuccess: 30_000, afterFailure: 3_000 };
/** How long a set is good for while the issuer cannot be reached: a key withdrawn just before lives on so long. */
const GRACE_MS = 60 * 60_000;
const FETCH_TIMEOUT_MS = 5_000;

/**
 * Asks at most once in a while and answers from the last time in between. Anybody can send tokens with key ids that
 * do not exist; were each a request to the issuer, or one of a limited number, such a stranger could have everybody
 * else's keys not be fetched.
 */
export function createKeySetSource(uri: string, clock: Clock): KeySetSource {
  let answer: Promise<KeySet> | undefined;
  let notBefore = -Infinity;
  let kept: { readonly set: KeySet; readonly goodUntil: number } | undefined;
  let isStale = false;
  let revision = 0;

  async function ask(): Promise<KeySet> {
    try {
      const set = await fetchKeySet(uri);
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
      // Shared by all while it is on its way; what it comes to decides how much longer.
      notBefore = Infinity;
      answer = ask();
      return answer;
    },
    get isStale() {
      return isStale;
    },
    get revision() {
      return revision;
    },
  };
}

async function fetchKeySet(uri: string): Promise<KeySet> {
  const response = await fetch(uri, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`The issuer answered ${response.status}.`);
  return keySet.parse(await response.json());
}
