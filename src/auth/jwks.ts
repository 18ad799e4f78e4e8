import { createPublicKey, type KeyObject } from 'node:crypto';
import { JwksClient, SigningKeyNotFoundError } from 'jwks-rsa';
import type { TokenConfig } from '../config';
import { type AppError, internalError } from '../errors';
import type { Clock } from '../runtime/clock';
import { createKeySetSource } from './key-set';
import { refuseToken } from './refusal';
import type { VerifyingKey } from './token-memory';

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

/** How long a key is used without asking again, which is how long a withdrawn one lives on if no other is asked for. */
const KEY_LIFE_MS = 10 * 60_000;

interface HeldKey extends VerifyingKey {
  readonly revision: number;
}

/** The keys published at an address: fetched when one is first asked for, then kept until others are published. */
export function createJwksKeys({ uri, algorithm, clock }: JwksOptions): JwksKeys {
  const source = createKeySetSource(uri, clock);
  /** By id; no more than the issuer has. Reading a PEM costs more than verifying by it. */
  const held = new Map<string | undefined, HeldKey>();

  function hold(kid: string | undefined, key: KeyObject, revision: number): HeldKey {
    const until = clock.now() + KEY_LIFE_MS;
    const isCurrent = (): boolean => clock.now() < until && source.revision === revision;
    const holding = { key, revision, isCurrent };
    // What was held of an earlier set verifies nothing any more.
    for (const [id, each] of held) if (each.revision !== revision) held.delete(id);
    held.set(kid, holding);
    return holding;
  }

  async function fetchKey(kid: string | undefined): Promise<HeldKey> {
    const set = await source.get().catch((error: unknown) => {
      throw keysAway(error);
    });
    // Looked at before anything else is waited for, in which others may be published.
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
    return hold(kid, createPublicKey(signingKey.getPublicKey()), revision);
  }

  return {
    async find(kid) {
      if (kid !== undefined && typeof kid !== 'string')
        throw refuseToken('malformed', 'The key id is not text.');
      const known = held.get(kid);
      return known?.isCurrent() ? known : fetchKey(kid);
    },
  };
}

const keysAway = (cause: unknown): AppError =>
  internalError(new Error('The issuer’s keys cannot be had.', { cause }));
