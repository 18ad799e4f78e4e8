import { createPublicKey, type KeyObject } from 'node:crypto';
import { JwksClient, SigningKeyNotFoundError, type SigningKey } from 'jwks-rsa';
import { z } from 'zod';
import type { TokenConfig } from '../config';
import { internalError, unauthorized } from '../errors';
import type { Clock } from '../platform/clock';

/** The keys that an issuer publishes. */
export interface JwksKeys {
  /**
   * @param kid which key; may be left out where the issuer has a single one
   * @throws AppError UNAUTHORIZED when the issuer has no such key, INTERNAL_SERVER_ERROR when it cannot be asked
   */
  find(kid: unknown): Promise<KeyObject>;
}

export interface JwksOptions {
  readonly uri: string;
  readonly algorithm: TokenConfig['algorithm'];
  readonly clock: Clock;
}

const MINUTE_MS = 60_000;
/** How long a key is used without asking again, which is how long a withdrawn one lives on. */
const KEY_LIFE_MS = 10 * MINUTE_MS;
/** How much longer it is used while the issuer cannot be reached. */
const KEY_GRACE_MS = 60 * MINUTE_MS;
/** Asking again is worth it only when a key may have been added, or the issuer may have come back. */
const PAUSE_MS = { afterSuccess: 30_000, afterFailure: 3_000 };
const FETCH_TIMEOUT_MS = 5_000;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
type KeySet = z.infer<typeof keySet>;

/** The keys published at an address: fetched when one is first asked for, then kept. */
export function createJwksKeys({ uri, algorithm, clock }: JwksOptions): JwksKeys {
  const client = new JwksClient({
    jwksUri: uri,
    fetcher: sparingly(() => fetchKeySet(uri), clock),
    cache: true,
    cacheMaxEntries: 50,
    cacheMaxAge: KEY_LIFE_MS,
    cacheMaxAgeFallback: KEY_GRACE_MS,
  });
  const keyObjects = new WeakMap<SigningKey, KeyObject>();

  /** Reading a PEM costs more than verifying by it. */
  function toKeyObject(signingKey: SigningKey): KeyObject {
    const key = keyObjects.get(signingKey) ?? createPublicKey(signingKey.getPublicKey());
    keyObjects.set(signingKey, key);
    return key;
  }

  return {
    async find(kid) {
      if (kid !== undefined && typeof kid !== 'string') throw unauthorized('The key id is not text.');
      const signingKey = await client.getSigningKey(kid).catch((error: unknown) => {
        if (error instanceof SigningKeyNotFoundError)
          throw unauthorized('The issuer has no such key.', error);
        throw internalError(new Error('The issuer’s keys cannot be had.', { cause: error }));
      });
      if (signingKey.alg && signingKey.alg !== algorithm) {
        throw unauthorized('The key is for another algorithm.');
      }
      return toKeyObject(signingKey);
    },
  };
}

/**
 * Asks at most once in a while and answers from the last time in between. Anybody can send tokens with key ids that
 * do not exist; each would be a request to the issuer. The client's own rate limit would let such a stranger use up
 * the requests that everybody else's keys are fetched by, so what is limited here is the fetching, not the asking.
 */
function sparingly(fetchKeys: () => Promise<KeySet>, clock: Clock): () => Promise<KeySet> {
  let latest: Promise<KeySet> | undefined;
  let notBefore = -Infinity;
  return () => {
    if (latest !== undefined && clock.now() < notBefore) return latest;
    // While it runs it is shared; what it comes to decides how long for.
    notBefore = Infinity;
    const pauseFor = (milliseconds: number) => () => void (notBefore = clock.now() + milliseconds);
    latest = fetchKeys();
    latest.then(pauseFor(PAUSE_MS.afterSuccess), pauseFor(PAUSE_MS.afterFailure));
    return latest;
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
