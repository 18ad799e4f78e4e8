import { AppError } from '../errors';

/** Why a token is refused, for metrics and the log; nobody but us is told more than `challengeOf` does. */
export const REFUSAL_REASONS = [
  'missing',
  'malformed',
  'too_long',
  'algorithm',
  'extension',
  'unknown_key',
  'signature',
  'expired',
  'not_yet_valid',
  'issuer',
  'audience',
  'claims',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Lies behind each UNAUTHORIZED that a token has earned. Its message holds nothing of the token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  constructor(
    readonly reason: RefusalReason,
    message: string,
    options: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Nobody can be recognised. The reason is kept from the reader, who might be guessing. */
export const refuseToken = (reason: RefusalReason, message: string, cause?: unknown): AppError =>
  new AppError('UNAUTHORIZED', {
    cause: new TokenRefused(reason, message, cause === undefined ? {} : { cause }),
    headers: { 'WWW-Authenticate': challengeOf(reason) },
  });

/**
 * RFC 6750, 3: who came without a token is told nothing of an error. That a token has expired is found only after its
 * signature has held, and tells nobody anything that they could not read in it.
 */
function challengeOf(reason: RefusalReason): string {
  if (reason === 'missing') return 'Bearer';
  const description = reason === 'expired' ? 'The token has expired' : 'The token is not valid here';
  return `Bearer error="invalid_token", error_description="${description}"`;
}
