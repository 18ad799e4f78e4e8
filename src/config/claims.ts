import { z } from 'zod';

/** The names that lead to a claim, the outermost first: `realm_access.roles` has two. */
export type ClaimPath = readonly [string, ...string[]];

/** Which claims of a token say what its bearer may read. */
export interface GrantingClaims {
  /** The stores of all of these count, and so do the roles. */
  readonly stores: readonly ClaimPath[];
  readonly roles: readonly ClaimPath[];
  /** The roles that read every store. */
  readonly adminRoles: ReadonlySet<string>;
}

export const CLAIM_PATH_MAY_BE =
  'the name of a claim, dots between the names of what it lies in, a URL being one name';

/**
 * `realm_access.roles` leads through two names; a URL like `https://shop.example/stores`, as namespaced claims have it, is one.
 */
export const claimPath = () =>
  z
    .string()
    .trim()
    .transform((text): readonly string[] => (text.includes('://') ? [text] : text.split('.')))
    .refine((names): names is ClaimPath => names.length > 0 && names.every((name) => /^\S+$/.test(name)), {
      error: CLAIM_PATH_MAY_BE,
    });
