import type { KeyObject } from 'node:crypto';
import { signDevelopmentToken } from '../auth/dev-token';
import { ADMIN } from '../auth/viewer';
import type { Config } from '../config';
import type { Instant } from '../domain/values';

const THIRTY_DAYS_MS = 30 * 86_400_000;

/**
 * A token that reads everything, for trying the service out on one's own machine: signed by the key made up at start,
 * or by JWT_SECRET.
 */
export function developmentToken(
  { token }: Pick<Config, 'token'>,
  developmentKey: KeyObject | undefined,
  now: Instant,
): string {
  const key = developmentKey ?? (token?.keySource.kind === 'secret' ? token.keySource.key : undefined);
  if (key === undefined)
    throw new Error('Only who has the secret can sign a token: set JWT_SECRET, or no key at all.');
  return signDevelopmentToken(key, {
    subject: 'developer',
    roles: [ADMIN],
    issuedAt: now,
    expiresAt: (now + THIRTY_DAYS_MS) as Instant,
    issuer: token?.issuer,
    audience: token?.audience,
  });
}
