import type { TrustedIssuer } from '../../../src/auth/issuers';
import { defaultAlgorithm } from '../../../src/config/issuers';

/** An issuer of which nothing is configured but its keys. */
export const trustedIssuer = (
  keySource: TrustedIssuer['keySource'],
  rest: Partial<TrustedIssuer> = {},
): TrustedIssuer => ({
  issuer: undefined,
  keySource,
  algorithm: defaultAlgorithm(keySource),
  audiences: [],
  audienceClaim: ['aud'],
  claims: { stores: [['storeIds']], roles: [['roles']], adminRoles: new Set(['ADMIN']) },
  ...rest,
});
