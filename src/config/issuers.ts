import type { KeyObject } from 'node:crypto';
import type { ClaimPath, GrantingClaims } from './claims';
import { algorithmOf, type TokenAlgorithm } from './keys';

/** Where the keys that verify tokens come from. */
export type KeySource =
  | { readonly kind: 'secret'; readonly key: KeyObject }
  | { readonly kind: 'public-key'; readonly key: KeyObject }
  /** The address of the issuer's key set. */
  | { readonly kind: 'jwks'; readonly uri: string }
  /** The issuer's metadata says where its key set is. */
  | {
      readonly kind: 'discovery';
      readonly issuer: string;
      /** Whether the key set may come over http from another machine. */
      readonly allowsHttp: boolean;
    }
  /** No key is configured, and none is needed: the process generates one at start and keeps it until it ends. */
  | { readonly kind: 'development' };

/** An issuer whose tokens are accepted. Holds secrets: not to be logged. */
export interface IssuerConfig {
  /** What `iss` has to be; undefined, for a single issuer only: anything, or nothing. */
  readonly issuer: string | undefined;
  readonly keySource: KeySource;
  /** The one algorithm that is accepted. */
  readonly algorithm: TokenAlgorithm;
  /** One of them has to be in the audience claim; empty: whomever the token is for. */
  readonly audiences: readonly string[];
  /** `aud`, unless this issuer names in another claim whom a token is for. */
  readonly audienceClaim: ClaimPath;
  readonly claims: GrantingClaims;
}

export interface TokenConfig {
  /** Without several, the one may leave its name open. */
  readonly issuers: readonly [IssuerConfig, ...IssuerConfig[]];
  /** By how much the clocks of issuers may differ from ours. */
  readonly clockToleranceMs: number;
  /** How long a verified token is remembered at most; 0 verifies each token each time. */
  readonly rememberMs: number;
}

/** The algorithm by which a source's keys verify, unless the configuration names it. */
export function defaultAlgorithm(keySource: KeySource): TokenAlgorithm {
  if ('key' in keySource) return algorithmOf(keySource.key) ?? 'RS256';
  return keySource.kind === 'development' ? 'HS256' : 'RS256';
}

/** The algorithms that a source's keys may be for. */
export function fittingAlgorithms(keySource: KeySource): readonly TokenAlgorithm[] {
  const published = keySource.kind === 'jwks' || keySource.kind === 'discovery';
  return published ? ['RS256', 'ES256'] : [defaultAlgorithm(keySource)];
}
