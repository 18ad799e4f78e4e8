import type { IssuerDefaults } from './issuer-fields';
import { defaultAlgorithm, type IssuerConfig, type KeySource } from './issuers';
import { isHttpUrl } from './key-addresses';
import type { Variables } from './variables';

/** What says whose tokens are accepted, and how they are read; beside them, JWT_SECRET is a key that anyone may have. */
export const ISSUER_VARIABLES: readonly string[] = [
  'JWT_PUBLIC_KEY',
  'JWT_JWKS_URI',
  'JWT_ALGORITHM',
  'JWT_ISSUER',
  'JWT_AUDIENCE',
  'JWT_AUDIENCE_CLAIM',
  'JWT_STORES_CLAIM',
  'JWT_ROLES_CLAIM',
  'JWT_ADMIN_ROLES',
];

/** The one issuer that variables of its own describe, where there is no list. */
export function toSingleIssuer(read: Variables): IssuerConfig {
  const keySource = toKeySource(read);
  return {
    issuer: read.JWT_ISSUER,
    keySource,
    algorithm: read.JWT_ALGORITHM ?? defaultAlgorithm(keySource),
    audiences: read.JWT_AUDIENCE === undefined ? [] : [read.JWT_AUDIENCE],
    ...toIssuerDefaults(read),
  };
}

/** What these variables say holds for each issuer of a list as well, unless it says otherwise itself. */
export function toIssuerDefaults(
  read: Pick<Variables, 'JWT_AUDIENCE_CLAIM' | 'JWT_STORES_CLAIM' | 'JWT_ROLES_CLAIM' | 'JWT_ADMIN_ROLES'>,
): IssuerDefaults {
  return {
    audienceClaim: read.JWT_AUDIENCE_CLAIM,
    claims: {
      stores: read.JWT_STORES_CLAIM,
      roles: read.JWT_ROLES_CLAIM,
      adminRoles: new Set(read.JWT_ADMIN_ROLES),
    },
  };
}

/** A key comes before the issuer's address, by which keys would be looked up. */
export function toKeySource(
  read: Pick<Variables, 'NODE_ENV' | 'JWT_SECRET' | 'JWT_PUBLIC_KEY' | 'JWT_JWKS_URI' | 'JWT_ISSUER'>,
): KeySource {
  const { JWT_SECRET, JWT_PUBLIC_KEY, JWT_JWKS_URI, JWT_ISSUER: issuer } = read;
  if (JWT_SECRET) return { kind: 'secret', key: JWT_SECRET };
  if (JWT_PUBLIC_KEY) return { kind: 'public-key', key: JWT_PUBLIC_KEY };
  if (JWT_JWKS_URI) return { kind: 'jwks', uri: JWT_JWKS_URI };
  if (issuer === undefined || !isHttpUrl(issuer)) return { kind: 'development' };
  return { kind: 'discovery', issuer, allowsHttp: read.NODE_ENV !== 'production' };
}
