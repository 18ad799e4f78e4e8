import { createPublicKey, type KeyObject } from 'node:crypto';
import { JwksClient, SigningKeyNotFoundError } from 'jwks-rsa';
import type { TokenConfig } from '../config';
import { type AppError, internalError } from '../errors';
import type { Clock } from '../runtime/clock';
import { createKeySetSource } from './key-set';
import { refuseToken } from './refusal';
import type { VerifyingKey } from './token-cache';

/** The keys that an issuer publishes. */
export interface JwksKeys {
  /**
   * @param kid which key; may be left out where the issuer has a single one
   * @throws AppError UNAUTHORIZED when the issuer has no such key, INTERNAL_SERVER_ERROR when it cannot be asked
   */
  find(kid: unknown): Promise<VerifyingKey>;
}

export interface JwksOptions {
  readonly uri: string;
  readonly algorithm: TokenConfig['algorithm'];
  readonly clock: Clock;
}

/** How long a key is used before it is fetched again, and so how long a withdrawn key verifies if no other is fetched. */
const KEY_LIFE_MS = 10 * 60_000;

interface CachedKey extends VerifyingKey {
  readonly revision: number;
}

/** The keys published at an address: fetched when one is first asked for, then kept until others are published. */
export function createJwksKeys({ uri, algorithm, clock }: JwksOptions): JwksKeys {
  const source = createKeySetSource(uri, clock);
  /** By id; no more than the issuer has. Reading a PEM costs more than verifying by it. */
  const cached = new Map<string | undefined, CachedKey>();

  function cache(kid: string | undefined, key: KeyObject, revision: number): CachedKey {
    const until = clock.now() + KEY_LIFE_MS;
    const isCurrent = (): boolean => clock.now() < until && source.revision === revision;
    const entry = { key, revision, isCurrent };
    // Keys of an earlier set verify nothing any more.
    for (const [id, each] of cached) if (each.revision !== revision) cached.delete(id);
    cached.set(kid, entry);
    return entry;
  }

  async function fetchKey(kid: string | undefined): Promise<CachedKey> {
    const set = await source.get().catch((error: unknown) => {
      throw keysAway(error);
    });
    // Read before the next await, during which other keys may be published.
    const { revision } = source;
    const client = new JwksClient({ jwksUri: uri, fetcher: () => Promise.resolve(set), cache: false });
    const signingKey = await client.getSigningKey(kid).catch((error: unknown) => {
      if (error instanceof SigningKeyNotFoundError && !source.isStale) {
        throw refuseToken('unknown_key', 'The issuer has no such key.', error);
      }
      throw keysAway(error);
    });
    if (signingKey.alg && signingKey.alg !== algorithm) {
      throw refuseToken('algorithm', 'The key is for another algorithm.');
    }
    return cache(kid, createPublicKey(signingKey.getPublicKey()), revision);
  }

  return {
    async find(kid) {
      if (kid !== undefined && typeof kid !== 'string')
        throw refuseToken('malformed', 'The key id is not text.');
      const known = cached.get(kid);
      return known?.isCurrent() ? known : fetchKey(kid);
    },
  };
}

const keysAway = (cause: unknown): AppError =>
  internalError(new Error('The issuer’s keys cannot be had.', { cause }));
