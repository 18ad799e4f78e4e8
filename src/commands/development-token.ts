import type { KeyObject } from 'node:crypto';
import { signDevelopmentToken } from '../auth/dev-token';
import { ADMIN } from '../auth/viewer';
import type { TokenConfig } from '../config';
import type { Instant } from '../domain/values';

const THIRTY_DAYS_MS = 30 * 86_400_000;

/**
 * Signs a token that reads everything, for trying the service out on one's own machine, with the key generated at start
 * or with JWT_SECRET.
 */
export function developmentToken(
  { keySource, issuer, audience }: TokenConfig,
  developmentKey: KeyObject | undefined,
  now: Instant,
): string {
  const key = developmentKey ?? (keySource.kind === 'secret' ? keySource.key : undefined);
  if (key === undefined)
    throw new Error('A token can only be signed with a secret: set JWT_SECRET, or no key at all.');
  return signDevelopmentToken(key, {
    subject: 'developer',
    roles: [ADMIN],
    issuedAt: now,
    expiresAt: (now + THIRTY_DAYS_MS) as Instant,
    issuer,
    audience,
  });
}
