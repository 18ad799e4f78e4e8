import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

export const TOKEN_ALGORITHMS = ['HS256', 'RS256', 'ES256'] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/** A shorter secret is easier to guess than the HMAC-SHA256 output (RFC 7518, 3.2). */
const SHORTEST_SAFE_SECRET_BYTES = 32;
/**
 * Secrets that the documentation uses in examples: every reader of it can sign tokens with them. A secret stays here
 * after its page is rewritten, because it has been copied by then.
 */
const PUBLIC_SECRETS: ReadonlySet<string> = new Set([
  'at least thirty-two bytes that nobody can guess',
  'for trying it out on one machine only',
]);
const SHORTEST_RSA_BITS = 2_048;

/**
 * A secret as a key object: verifying with it costs a fiftieth of verifying with a string, and printing it shows
 * nothing.
 */
export const secretKey = () =>
  z
    .string()
    // If a public key were accepted as a secret, anyone who knows it could sign tokens.
    .refine((secret) => !secret.includes('-----BEGIN'), {
      error: 'a secret for HS256; a public key belongs in JWT_PUBLIC_KEY',
    })
    .transform((secret) => createSecretKey(secret, 'utf8'));

/**
 * The key of the digests that stand for people who were erased. It is never changed, so a weak one is refused at once rather
 * than in production, when it is too late.
 */
export const privacyKey = () =>
  z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= SHORTEST_SAFE_SECRET_BYTES, {
      error: `a secret of at least ${SHORTEST_SAFE_SECRET_BYTES} bytes, never to be changed`,
    })
    .transform((secret) => createSecretKey(secret, 'utf8'));

/**
 * What an embedded service takes where none is set, so that erasing can be tried out. Everybody knows it: people who really
 * exist are none of its business.
 */
export const DEVELOPMENT_PRIVACY_KEY = createSecretKey('for trying it out on one machine only', 'utf8');

/** Whether a key was set, and not just taken: by that everybody knows no database is to be bound from outside the service. */
export const hasOwnPrivacyKey = ({
  privacyKey: key,
}: {
  readonly privacyKey: KeyObject | undefined;
}): boolean => key !== undefined && key !== DEVELOPMENT_PRIVACY_KEY;

/** What makes a secret unfit for production; undefined for a good one. */
export function weaknessOf(secret: string): string | undefined {
  if (isPublic(secret))
    return 'stands in the documentation, so that everybody can sign tokens by it (one of your own with NODE_ENV=production)';
  if (Buffer.byteLength(secret) < SHORTEST_SAFE_SECRET_BYTES)
    return `is too short (at least ${SHORTEST_SAFE_SECRET_BYTES} bytes with NODE_ENV=production)`;
  return undefined;
}

/** Whether everybody can read the secret in the documentation. */
export function isPublic(secret: string): boolean {
  return PUBLIC_SECRETS.has(secret.trim());
}

/** A public key in PEM, with line breaks or `\n` in their place. */
export const publicKey = () =>
  z.string().transform((pem, context) => {
    const key = parsePublicKey(pem.replaceAll('\\n', '\n'));
    if (key !== undefined && algorithmOf(key) !== undefined) return key;
    context.addIssue({
      code: 'custom',
      message: 'a public key in PEM: RSA of at least 2048 bits, or elliptic on the curve P-256',
    });
    return z.NEVER;
  });

function parsePublicKey(pem: string): KeyObject | undefined {
  // Node would silently take the public half of a private key; a private key does not belong here.
  if (pem.includes('PRIVATE KEY')) return undefined;
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

/** The algorithm that a key is for; undefined when none of ours fits. */
export function algorithmOf(key: KeyObject): TokenAlgorithm | undefined {
  if (key.type === 'secret') return 'HS256';
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= SHORTEST_RSA_BITS) return 'RS256';
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ES256';
  return undefined;
}
