import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { createIssuers, type Issuer, type TrustedIssuer } from './issuers';
import { reasonOf, refusalOf, refuseToken } from './refusal';
import { createTokenCache } from './token-cache';
import { type VerificationOptions, type VerifiedToken, verifyToken } from './verification';
import type { Viewer } from './viewer';

/** Verifies tokens. */
export interface TokenVerifier {
  /**
   * @param authorization `Bearer <token>`, the scheme in either case
   * @throws AppError UNAUTHORIZED for anything but a complete token that is signed by its issuer's key and valid now; its
   *   cause says why, for the log. INTERNAL_SERVER_ERROR when the keys cannot be fetched: that is not the client's fault.
   */
  verify(authorization: string | undefined): Promise<Viewer>;
}

export interface TokenVerifierOptions extends VerificationOptions {
  /** How long a valid token is not verified again; left out, it is verified each time. */
  readonly rememberMs?: number;
}

/** Tokens name every group of their bearer, and grow with these. */
const LONGEST_TOKEN = 16 * 1_024;
const SCHEME = /^Bearer +/i;
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Verifies tokens by their issuer's algorithm only: the token's own header is only compared with it. */
export function createTokenVerifier(
  trusted: readonly TrustedIssuer[],
  options: TokenVerifierOptions,
): TokenVerifier {
  const { clock, rememberMs = 0 } = options;
  const issuerOf = createIssuers(trusted, clock);
  const cache = createTokenCache({ clock, rememberMs });

  async function verifyBy(issuer: Issuer, token: string, { alg, kid }: Header): Promise<VerifiedToken> {
    // Checked first: no keys are fetched for a token that cannot be valid.
    if (alg !== issuer.algorithm) throw refuseToken('algorithm', 'The token is signed by another algorithm.');
    const keys = await issuer.findKeys(kid);
    try {
      return verifyToken(token, { issuer, keys }, options);
    } catch (error) {
      if (reasonOf(error) !== 'signature') throw error;
      const newer = await issuer.findNewerKeys(kid, keys);
      if (newer.length === 0) throw error;
      return verifyToken(token, { issuer, keys: newer }, options);
    }
  }

  return {
    async verify(authorization) {
      const known = authorization === undefined ? undefined : cache.find(authorization);
      if (known !== undefined) return known;
      const token = takeToken(authorization);
      const { header, payload } = readUnverified(token);
      const issuer = issuerOf(payload.iss);
      const { viewer, by } = await verifyBy(issuer, token, header).catch((error: unknown) => {
        throw issuer.nameAmongSeveral === undefined ? error : refusalOf(issuer.nameAmongSeveral, error);
      });
      // Only in its usual form: spellings of the scheme would let one token fill the cache.
      if (authorization === `Bearer ${token}`) cache.add(authorization, viewer, by);
      return viewer;
    },
  };
}

function takeToken(authorization: string | undefined): string {
  const scheme = SCHEME.exec(authorization ?? '');
  if (authorization === undefined || scheme === null)
    throw refuseToken('missing', 'There is no bearer token.');
  const token = authorization.slice(scheme[0].length);
  if (token.length > LONGEST_TOKEN) throw refuseToken('too_long', 'The token is longer than any of ours.');
  if (!TOKEN.test(token)) throw refuseToken('malformed', 'The token does not have three parts in base64url.');
  return token;
}

const unverified = z.object({
  header: z.object({ alg: z.string(), kid: z.string().optional() }),
  payload: z.object({ iss: z.unknown().optional() }),
});

type Header = z.infer<typeof unverified>['header'];

/** What decides which keys may verify the token. */
function readUnverified(token: string): z.infer<typeof unverified> {
  try {
    return unverified.parse(jwt.decode(token, { complete: true, json: true }));
  } catch (error) {
    throw refuseToken('malformed', 'The token cannot be read.', error);
  }
}
