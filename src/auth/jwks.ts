import { createPublicKey, type KeyObject } from 'node:crypto';
import { JwksClient, SigningKeyNotFoundError, type SigningKey } from 'jwks-rsa';
import type { TokenConfig } from '../config';
import { internalError } from '../errors';
import type { Clock } from '../platform/clock';
import { createKeySetSource } from './key-set';
import { refuseToken } from './refusal';

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

/** How long a key is used without asking again, which is how long a withdrawn one lives on. */
const KEY_LIFE_MS = 10 * 60_000;

/** The keys published at an address: fetched when one is first asked for, then kept. */
export function createJwksKeys({ uri, algorithm, clock }: JwksOptions): JwksKeys {
  const source = createKeySetSource(uri, clock);
  const client = new JwksClient({
    jwksUri: uri,
    fetcher: () => source.get(),
    cache: true,
    cacheMaxEntries: 50,
    cacheMaxAge: KEY_LIFE_MS,
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
      if (kid !== undefined && typeof kid !== 'string')
        throw refuseToken('malformed', 'The key id is not text.');
      const signingKey = await client.getSigningKey(kid).catch((error: unknown) => {
        if (error instanceof SigningKeyNotFoundError && !source.isStale) {
          throw refuseToken('unknown_key', 'The issuer has no such key.', error);
        }
        throw internalError(new Error('The issuer’s keys cannot be had.', { cause: error }));
      });
      if (signingKey.alg && signingKey.alg !== algorithm) {
        throw refuseToken('algorithm', 'The key is for another algorithm.');
      }
      return toKeyObject(signingKey);
    },
  };
}
