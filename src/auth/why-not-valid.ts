import jwt from 'jsonwebtoken';
import { ZodError } from 'zod';
import type { RefusalReason } from './refusal';

/** jsonwebtoken distinguishes these only by the beginnings of their messages. */
const BY_MESSAGE: readonly (readonly [string, RefusalReason])[] = [
  ['invalid signature', 'signature'],
  ['jwt signature is required', 'signature'],
  ['invalid algorithm', 'algorithm'],
  ['jwt audience invalid', 'audience'],
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
