import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { TokenAlgorithm } from '../config/keys';
import type { Instant, StoreId } from '../domain/values';

/** A random secret for HS256 that ends with the process. Never for production. */
export function createDevelopmentKey(): KeyObject {
  return createSecretKey(randomBytes(32));
}

export interface DevelopmentToken {
  readonly subject: string;
  readonly storeIds?: readonly StoreId[];
  readonly roles?: readonly string[];
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** Further claims, or others in place of those above. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** HS256 when left out; the key has to fit it. */
  readonly algorithm?: TokenAlgorithm;
}

/** Signs a token as the issuer would, for trying the service out and for tests. */
export function signDevelopmentToken(key: KeyObject, token: DevelopmentToken): string {
  const { subject, storeIds = [], roles = [], issuer, audience, algorithm = 'HS256' } = token;
  const claims = {
    sub: subject,
    storeIds,
    roles,
    iat: Math.floor(token.issuedAt / 1_000),
    exp: Math.floor(token.expiresAt / 1_000),
    ...(issuer !== undefined && { iss: issuer }),
    ...(audience !== undefined && { aud: audience }),
    ...token.claims,
  };
  return jwt.sign(claims, key, { algorithm });
}
