import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { algorithmOf, type TokenAlgorithm } from '../config/keys';
import type { KeySet } from './key-set';

/** A key that an issuer publishes to verify its tokens by. */
export interface PublishedKey {
  readonly kid: string | undefined;
  readonly algorithm: TokenAlgorithm;
  readonly key: KeyObject;
}

const signingKey = z.looseObject({
  kid: z.string().optional(),
  use: z.literal('sig').optional(),
  key_ops: z
    .array(z.string())
    .refine((uses) => uses.includes('verify'))
    .optional(),
  alg: z.string().optional(),
});

/** The keys of a set that verify by one of our algorithms. All others are passed over: issuers publish many kinds. */
export function readPublishedKeys({ keys }: KeySet): PublishedKey[] {
  return keys.flatMap((jwk) => {
    const { data } = signingKey.safeParse(jwk);
    const key = data && readKey(data);
    if (key === undefined) return [];
    const algorithm = algorithmOf(key);
    if (algorithm === undefined || (data?.alg !== undefined && data.alg !== algorithm)) return [];
    return [{ kid: data?.kid, algorithm, key }];
  });
}

/** Undefined for a kind of key that Node does not know, and for one that is incomplete. */
function readKey(jwk: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}
