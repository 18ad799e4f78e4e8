import { AppError } from '../errors';
import jwt from 'jsonwebtoken';
import { ZodError } from 'zod';

/** Why a token is refused, for metrics and the log. Clients see only what `challengeOf` says. */
export const REFUSAL_REASONS = [
  'missing',
  'malformed',
  'too_long',
  'algorithm',
  'critical_extension',
  'unknown_key',
  'signature',
  'expired',
  'not_yet_valid',
  'issuer',
  'audience',
  'claims',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** The cause of each UNAUTHORIZED. Its message has no part of the token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  constructor(
    readonly reason: RefusalReason,
    message: string,
    options: ErrorOptions,
    /** As it is configured; undefined where it is not known, or the only one. */
    readonly issuer?: string,
  ) {
    super(message, options);
  }
}

/** The reason is kept from the client, which might be guessing. */
export const refuseToken = (reason: RefusalReason, message: string, cause?: unknown): AppError =>
  new AppError('UNAUTHORIZED', {
    cause: new TokenRefused(reason, message, cause === undefined ? {} : { cause }),
    headers: { 'WWW-Authenticate': challengeOf(reason) },
  });

/** Why a token was refused; undefined for any other failure. */
export function reasonOf(error: unknown): RefusalReason | undefined {
  return error instanceof AppError && error.cause instanceof TokenRefused ? error.cause.reason : undefined;
}

/** The same refusal, of an issuer. Any other failure stays as it is. */
export function refusalOf(issuer: string, failure: unknown): unknown {
  if (!(failure instanceof AppError && failure.cause instanceof TokenRefused)) return failure;
  const { reason, message, cause } = failure.cause;
  return new AppError('UNAUTHORIZED', {
    cause: new TokenRefused(reason, message, { cause }, issuer),
    headers: failure.headers,
  });
}

/**
 * RFC 6750, 3: without a token there is no error to report. That a token has expired is only found after its signature was
 * verified, and reveals nothing that is not in the token.
 */
function challengeOf(reason: RefusalReason): string {
  if (reason === 'missing') return 'Bearer';
  const description = reason === 'expired' ? 'The token has expired' : 'The token is not valid here';
  return `Bearer error="invalid_token", error_description="${description}"`;
}

/** jsonwebtoken distinguishes these only by the beginnings of their messages. */
const BY_MESSAGE: readonly (readonly [string, RefusalReason])[] = [
  ['invalid signature', 'signature'],
  ['jwt signature is required', 'signature'],
  ['invalid algorithm', 'algorithm'],
  ['jwt issuer invalid', 'issuer'],
];

/** Why a token is not valid, from the error of the library or of parseViewer. */
export function whyNotValid(error: unknown): RefusalReason {
  if (error instanceof jwt.TokenExpiredError) return 'expired';
  if (error instanceof jwt.NotBeforeError) return 'not_yet_valid';
  if (error instanceof ZodError) return 'claims';
  if (!(error instanceof Error)) return 'malformed';
  return BY_MESSAGE.find(([beginning]) => error.message.startsWith(beginning))?.[1] ?? 'malformed';
}
