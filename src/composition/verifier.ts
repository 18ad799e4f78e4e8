import type { KeyObject } from 'node:crypto';
import type { TrustedIssuer } from '../auth/issuers';
import { createTokenVerifier, type TokenVerifier } from '../auth/token';
import type { IssuerConfig, TokenConfig } from '../config/issuers';
import { logUnreadableClaims, type RefusalsToldOptions, withRefusalsTold } from '../gateway/token-refusals';
import type { Clock } from '../runtime/clock';

export interface VerifierDependencies extends RefusalsToldOptions {
  readonly token: TokenConfig;
  /** Generated at start where no key is configured. */
  readonly developmentKey: KeyObject | undefined;
  readonly clock: Clock;
}

/** Verifies tokens of the configured issuers. Refusals are counted and logged, claims that cannot be read are logged. */
export function openVerifier(dependencies: VerifierDependencies): TokenVerifier {
  const { token, developmentKey, clock, log } = dependencies;
  const trusted = token.issuers.map((issuer) => withKey(issuer, developmentKey));
  const { clockToleranceMs, rememberMs } = token;
  const onUnreadable = logUnreadableClaims(log);
  const tokens = createTokenVerifier(trusted, { clock, clockToleranceMs, rememberMs, onUnreadable });
  return withRefusalsTold(tokens, dependencies);
}

function withKey({ keySource, ...rest }: IssuerConfig, developmentKey: KeyObject | undefined): TrustedIssuer {
  if (keySource.kind !== 'development') return { ...rest, keySource };
  if (developmentKey === undefined)
    throw new Error('A development key must be made before tokens are verified.');
  return { ...rest, keySource: { kind: 'secret', key: developmentKey } };
}
