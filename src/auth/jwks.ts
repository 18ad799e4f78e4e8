import type { TokenAlgorithm } from '../config/keys';
import { type AppError, internalError } from '../errors';
import type { Clock } from '../runtime/clock';
import { createKeySetSource, type FetchKeySet, type KeySet, type KeySetSource } from './key-set';
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
  /**
   * The keys that have been published since, after a token was signed by none of those found: an issuer may add a key without
   * an id, or replace one under its id. Empty when there are no others. Asks the issuer at a limited rate.
   *
   * @throws AppError INTERNAL_SERVER_ERROR when a token without `kid` may be signed by a new key, and the issuer cannot be asked
   */
  findNewer(kid: string | undefined, tried: readonly VerifyingKey[]): Promise<readonly VerifyingKey[]>;
}

export interface JwksOptions {
  readonly fetchSet: FetchKeySet;
  readonly algorithm: TokenAlgorithm;
  readonly clock: Clock;
}

/** How long a key is used before it is fetched again, and so how long a withdrawn key verifies if no other is fetched. */
const KEY_LIFE_MS = 10 * 60_000;
/** How long before that the next fetch begins, so that readers need not wait for a slow issuer. */
const RENEW_AHEAD_MS = 30_000;

interface KeyRing {
  readonly keys: readonly PublishedKey[];
  /** The ids of all keys of the set, those that we cannot use included. */
  readonly kids: ReadonlySet<unknown>;
  /** Whether the keys verify. */
  isCurrent(): boolean;
  /** Whether they do, and need not be fetched again yet. */
  isFresh(): boolean;
}

/** The keys published by an issuer: fetched when one is first asked for, then kept until others are published. */
export function createJwksKeys({ fetchSet, algorithm, clock }: JwksOptions): JwksKeys {
  const source = createKeySetSource(fetchSet, clock);
  let ring: KeyRing | undefined;

  async function renew(): Promise<KeyRing> {
    const set = await source.get().catch((error: unknown) => {
      throw keysAway(error);
    });
    if (ring === undefined || isOutdated(ring)) ring = readRing(set, source, clock);
    return ring;
  }

  /** Reading keys costs more than verifying by one of them. A fetch that failed is tried again while the old keys verify. */
  const isOutdated = (known: KeyRing): boolean => !known.isCurrent() || (!known.isFresh() && !source.isStale);

  function currentRing(): KeyRing | undefined {
    if (ring?.isCurrent() !== true) return undefined;
    // Not waited for. If it fails, the first look-up after the end of these keys fails with the reason.
    if (!ring.isFresh()) renew().catch(() => undefined);
    return ring;
  }

  return {
    async find(kid) {
      const current = currentRing();
      const known = current === undefined ? [] : select(current, { kid, algorithm });
      if (known.length > 0) return known;
      const renewed = await renew();
      const found = select(renewed, { kid, algorithm });
      if (found.length > 0) return found;
      // A key may have been added since.
      if (source.isStale) throw keysAway(new Error('Its last keys have no such key.'));
      throw hasKey(renewed, kid)
        ? refuseToken('algorithm', 'The key is for another algorithm.')
        : refuseToken('unknown_key', 'The issuer has no such key.');
    },
    async findNewer(kid, tried) {
      const renewed = await renew();
      const newer = select(renewed, { kid, algorithm }).filter(
        ({ key }) => !tried.some((before) => before.key.equals(key)),
      );
      if (newer.length === 0 && kid === undefined && source.isStale)
        throw keysAway(new Error('None of its last keys has signed the token.'));
      return newer;
    },
  };
}

function readRing(set: KeySet, source: KeySetSource, clock: Clock): KeyRing {
  const { revision, goodUntil } = source;
  const until = Math.min(clock.now() + KEY_LIFE_MS, goodUntil);
  const holdsUntil = (end: number): boolean => clock.now() < end && source.revision === revision;
  return {
    keys: readPublishedKeys(set),
    kids: new Set(set.keys.map(({ kid }) => kid)),
    isCurrent: () => holdsUntil(until),
    isFresh: () => holdsUntil(until - RENEW_AHEAD_MS),
  };
}

/** Several keys may have one id, for an algorithm each. */
function select(ring: KeyRing, { kid, algorithm }: Pick<PublishedKey, 'kid' | 'algorithm'>): VerifyingKey[] {
  return (
    ring.keys
      .filter((key) => key.algorithm === algorithm && (kid === undefined || key.kid === kid))
      // Verified tokens are forgotten when the next fetch is due: looking for their key begins it.
      .map(({ key }) => ({ key, isCurrent: () => ring.isFresh() }))
  );
}

/** A token without an id may be signed by any key. */
const hasKey = ({ kids }: KeyRing, kid: string | undefined): boolean =>
  kid === undefined ? kids.size > 0 : kids.has(kid);

const keysAway = (cause: unknown): AppError =>
  internalError(new Error('The issuer’s keys cannot be had.', { cause }));
