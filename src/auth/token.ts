import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { KeySource, TokenConfig } from '../config';
import { AppError } from '../errors';
import type { Clock } from '../runtime/clock';
import { createJwksKeys } from './jwks';
import { refuseToken, whyNotValid } from './refusal';
import { createTokenCache, type VerifyingKey } from './token-cache';
import { parseViewer, type Viewer } from './viewer';

/** Verifies tokens. */
export interface TokenVerifier {
  /**
   * @param authorization `Bearer <token>`, the scheme in either case
   * @throws AppError UNAUTHORIZED for anything but a complete token that is signed by our key and valid now; its cause
   *   says why, for the log. INTERNAL_SERVER_ERROR when the keys cannot be fetched: that is not the client's fault.
   */
  verify(authorization: string | undefined): Promise<Viewer>;
}

/** A development key is generated before tokens are verified: see createDevelopmentKey. */
export type VerifierKeySource = Exclude<KeySource, { readonly kind: 'development' }>;

export interface TokenVerifierOptions extends Partial<Pick<TokenConfig, 'issuer' | 'audience'>> {
  readonly algorithm: TokenConfig['algorithm'];
  readonly clock: Clock;
  /** How long a valid token is not verified again; left out, it is verified each time. */
  readonly rememberMs?: number;
}

/** Finds the key for a token. Rejects with an AppError when there is none. */
type FindKey = (token: string) => VerifyingKey | Promise<VerifyingKey>;

const LONGEST_TOKEN = 8 * 1_024;
const SCHEME = /^Bearer +/i;
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Verifies tokens by the configured algorithm only: the token's own header is only compared with it. */
export function createTokenVerifier(
  keySource: VerifierKeySource,
  options: TokenVerifierOptions,
): TokenVerifier {
  const findKey = createFindKey(keySource, options);
  const { clock, rememberMs = 0 } = options;
  const cache = createTokenCache({ clock, rememberMs });
  return {
    async verify(authorization) {
      const known = authorization === undefined ? undefined : cache.find(authorization);
      if (known !== undefined) return known;
      const token = takeToken(authorization);
      const found = await findKey(token);
      const viewer = readViewer(token, found.key, options);
      // Only in its usual form: spellings of the scheme would let one token fill the cache.
      if (authorization === `Bearer ${token}`) cache.add(authorization, viewer, found);
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

function createFindKey(keySource: VerifierKeySource, { algorithm, clock }: TokenVerifierOptions): FindKey {
  if (keySource.kind !== 'jwks') {
    const configured = { key: keySource.key, isCurrent: () => true };
    return () => configured;
  }
  const keys = createJwksKeys({ uri: keySource.uri, algorithm, clock });
  return (token) => {
    const { alg, kid } = readHeader(token);
    // Checked first: no keys are fetched for a token that cannot be valid.
    if (alg !== algorithm) throw refuseToken('algorithm', 'The token is signed by another algorithm.');
    return keys.find(kid);
  };
}

function readHeader(token: string): jwt.JwtHeader {
  try {
    const decoded = jwt.decode(token, { complete: true });
    if (decoded) return decoded.header;
  } catch (error) {
    throw refuseToken('malformed', 'The header of the token cannot be read.', error);
  }
  throw refuseToken('malformed', 'The header of the token cannot be read.');
}

/** The library accepts a token without expiry, and checks issuer and audience only when given: parseViewer requires `exp`. */
function readViewer(token: string, key: KeyObject, options: TokenVerifierOptions): Viewer {
  const { algorithm, issuer, audience, clock } = options;
  try {
    const { header, payload } = jwt.verify(token, key, {
      algorithms: [algorithm],
      clockTimestamp: Math.floor(clock.now() / 1_000),
      complete: true,
      ...(issuer !== undefined && { issuer }),
      ...(audience !== undefined && { audience }),
    });
    // Extensions that must be understood (RFC 7515, 4.1.11): we understand none.
    if (header.crit !== undefined)
      throw refuseToken('critical_extension', 'The token has critical extensions.');
    return parseViewer(payload);
  } catch (error) {
    throw error instanceof AppError
      ? error
      : refuseToken(whyNotValid(error), 'The token is not valid.', error);
  }
}
