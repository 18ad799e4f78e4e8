import type { TokenAlgorithm } from '../config/keys';
import { type AppError, internalError } from '../errors';
import type { Clock } from '../runtime/clock';
import { createKeySetSource, type KeySet, type KeySetSource } from './key-set';
import { type PublishedKey, readPublishedKeys } from './published-keys';
import { refuseToken } from './refusal';
import type { VerifyingKey } from './token-cache';

/** The keys that an issuer publishes. */
export interface JwksKeys {
  /**
   * The keys that a token may be signed by: mostly one.
   *
   * @param kid which key; without it, each of the algorithm
   * @throws AppError UNAUTHORIZED when the issuer has no such key, INTERNAL_SERVER_ERROR when it cannot be asked
   */
  find(kid: string | undefined): Promise<readonly VerifyingKey[]>;
}

export interface JwksOptions {
  readonly fetchSet: () => Promise<KeySet>;
  readonly algorithm: TokenAlgorithm;
  readonly clock: Clock;
}

/** How long a key is used before it is fetched again, and so how long a withdrawn key verifies if no other is fetched. */
const KEY_LIFE_MS = 10 * 60_000;

interface KeyRing {
  readonly revision: number;
  readonly keys: readonly PublishedKey[];
  isCurrent(): boolean;
}

/** The keys published by an issuer: fetched when one is first asked for, then kept until others are published. */
export function createJwksKeys({ fetchSet, algorithm, clock }: JwksOptions): JwksKeys {
  const source = createKeySetSource(fetchSet, clock);
  let ring: KeyRing | undefined;

  async function renew(): Promise<KeyRing> {
    const set = await source.get().catch((error: unknown) => {
      throw keysAway(error);
    });
    // Reading keys costs more than verifying by one of them.
    if (ring?.isCurrent() !== true || ring.revision !== source.revision) ring = readRing(set, source, clock);
    return ring;
  }

  return {
    async find(kid) {
      const known = ring?.isCurrent() === true ? select(ring, { kid, algorithm }) : [];
      if (known.length > 0) return known;
      const renewed = await renew();
      const found = select(renewed, { kid, algorithm });
      if (found.length > 0) return found;
      // A key may have been added since.
      if (source.isStale) throw keysAway(new Error('Its last keys have no such key.'));
      throw renewed.keys.some((key) => key.kid === kid)
        ? refuseToken('algorithm', 'The key is for another algorithm.')
        : refuseToken('unknown_key', 'The issuer has no such key.');
    },
  };
}

function readRing(set: KeySet, source: KeySetSource, clock: Clock): KeyRing {
  const { revision, goodUntil } = source;
  const until = Math.min(clock.now() + KEY_LIFE_MS, goodUntil);
  const isCurrent = (): boolean => clock.now() < until && source.revision === revision;
  return { revision, keys: readPublishedKeys(set), isCurrent };
}

/** Several keys may have one id, for an algorithm each. */
function select(ring: KeyRing, { kid, algorithm }: Pick<PublishedKey, 'kid' | 'algorithm'>): VerifyingKey[] {
  return ring.keys
    .filter((key) => key.algorithm === algorithm && (kid === undefined || key.kid === kid))
    .map(({ key }) => ({ key, isCurrent: () => ring.isCurrent() }));
}

const keysAway = (cause: unknown): AppError =>
  internalError(new Error('The issuer’s keys cannot be had.', { cause }));
