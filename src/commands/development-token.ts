import type { KeyObject } from 'node:crypto';
import { signDevelopmentToken } from '../auth/dev-token';
import type { ClaimPath } from '../config/claims';
import type { IssuerConfig, TokenConfig } from '../config/issuers';
import type { Instant } from '../domain/values';

const THIRTY_DAYS_MS = 30 * 86_400_000;

/**
 * Signs a token that reads everything, for trying the service out on one's own machine, with the key generated at start
 * or with the secret of an issuer.
 */
export function developmentToken(
  { issuers }: TokenConfig,
  developmentKey: KeyObject | undefined,
  now: Instant,
): string {
  for (const issuer of issuers) {
    const key = secretOf(issuer) ?? developmentKey;
    if (key !== undefined) return sign(key, issuer, now);
  }
  throw new Error('A token can only be signed with a secret: set JWT_SECRET, or no key at all.');
}

/** Whether an issuer has a secret, which signs as well as it verifies. */
export const canSign = ({ issuers }: TokenConfig): boolean =>
  issuers.some((issuer) => secretOf(issuer) !== undefined);

const secretOf = ({ keySource }: IssuerConfig): KeyObject | undefined =>
  keySource.kind === 'secret' ? keySource.key : undefined;

/** The token has its claims where the issuer's tokens have them. */
function sign(
  key: KeyObject,
  { issuer, audiences, audienceClaim, claims }: IssuerConfig,
  now: Instant,
): string {
  const [audience] = audiences;
  const [role] = claims.adminRoles;
  const [rolesClaim] = claims.roles;
  return signDevelopmentToken(key, {
    subject: 'developer',
    issuedAt: now,
    expiresAt: (now + THIRTY_DAYS_MS) as Instant,
    issuer,
    claims: {
      ...(rolesClaim !== undefined && at(rolesClaim, [role])),
      ...(audience !== undefined && at(audienceClaim, audience)),
    },
  });
}

/** Paths that begin alike would need more than this; no issuer's claims of roles and audience do. */
const at = ([first, ...rest]: ClaimPath, value: unknown): Readonly<Record<string, unknown>> => ({
  [first]: rest.reduceRight((inner, name) => ({ [name]: inner }), value),
});
