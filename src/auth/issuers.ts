import type { IssuerConfig, KeySource } from '../config/issuers';
import type { Clock } from '../runtime/clock';
import { fetchDiscoveredKeySet } from './discovery';
import { createJwksKeys } from './jwks';
import { fetchKeySet } from './key-set';
import { refuseToken } from './refusal';
import type { VerifyingKey } from './token-cache';

/** A development key is generated before tokens are verified: see createDevelopmentKey. */
export type TrustedIssuer = Omit<IssuerConfig, 'keySource'> & {
  readonly keySource: Exclude<KeySource, { readonly kind: 'development' }>;
};

/** An issuer, and the keys that verify its tokens and no other's. */
export interface Issuer extends TrustedIssuer {
  /**
   * The keys that a token with this header may be signed by.
   *
   * @throws AppError UNAUTHORIZED, or INTERNAL_SERVER_ERROR when the keys cannot be fetched
   */
  findKeys(kid: string | undefined): readonly VerifyingKey[] | Promise<readonly VerifyingKey[]>;
  /** Those that the issuer has published since, when none of the ones tried has signed the token: see JwksKeys. */
  findNewerKeys(
    kid: string | undefined,
    tried: readonly VerifyingKey[],
  ): readonly VerifyingKey[] | Promise<readonly VerifyingKey[]>;
  /** As it is configured, where there are several. */
  readonly nameAmongSeveral: string | undefined;
  /** What a subject of this issuer is called among those of all. */
  nameSubject(sub: string): string;
}

/** @returns finds the issuer of a token by its `iss`, which has yet to be verified. @throws AppError UNAUTHORIZED */
export function createIssuers(trusted: readonly TrustedIssuer[], clock: Clock): (iss: unknown) => Issuer {
  // `sub` is unique within its issuer only.
  const nameSubject = (issuer: string | undefined) => (sub: string) =>
    trusted.length > 1 ? JSON.stringify([issuer, sub]) : sub;
  const issuers = trusted.map((issuer) => ({
    ...issuer,
    ...createFindKeys(issuer, clock),
    nameAmongSeveral: trusted.length > 1 ? issuer.issuer : undefined,
    nameSubject: nameSubject(issuer.issuer),
  }));
  return (iss) => {
    const found = issuers.find(({ issuer }) => issuer === undefined || issuer === iss);
    if (found === undefined) throw refuseToken('issuer', 'The token is of no issuer that is configured.');
    return found;
  };
}

function createFindKeys(
  { keySource, algorithm }: TrustedIssuer,
  clock: Clock,
): Pick<Issuer, 'findKeys' | 'findNewerKeys'> {
  if (keySource.kind === 'secret' || keySource.kind === 'public-key') {
    const configured = [{ key: keySource.key, isCurrent: () => true }];
    return { findKeys: () => configured, findNewerKeys: () => [] };
  }
  const fetchSet = (end: AbortSignal) =>
    keySource.kind === 'jwks' ? fetchKeySet(keySource.uri, end) : fetchDiscoveredKeySet(keySource, end);
  const keys = createJwksKeys({ fetchSet, algorithm, clock });
  return {
    findKeys: (kid) => keys.find(kid),
    findNewerKeys: (kid, tried) => keys.findNewer(kid, tried),
  };
}
