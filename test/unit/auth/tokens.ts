import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { reasonOf, type RefusalReason } from '../../../src/auth/refusal';
import { AppError } from '../../../src/errors';
import { createSettableClock } from '../../../src/runtime/clock';
import type { Instant } from '../../../src/domain/values';

export const NOW = Date.parse('2025-10-22T10:30:00Z') as Instant;
export const NOW_SECONDS = NOW / 1_000;
export const STORE = '660e8400-e29b-41d4-a716-446655440001';
export const clockAt = (instant: number = NOW) => createSettableClock(instant as Instant);

export const secret = createSecretKey('a secret of thirty-two bytes, or more', 'utf8');
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

const WHOLE = { sub: 'owner-1', exp: NOW_SECONDS + 60, storeIds: [STORE], roles: ['OWNER'] };

/** A token of whole claims but for these; a claim that is undefined is left out. */
export function sign(claims: object = {}, key: KeyObject = secret, options: jwt.SignOptions = {}): string {
  const all: Record<string, unknown> = { ...WHOLE, ...claims };
  const kept = Object.entries(all).filter(([, value]) => value !== undefined);
  return jwt.sign(JSON.stringify(Object.fromEntries(kept)), key, options);
}

/** The AppError that something rejects with, its whole chain of causes as one text. */
export async function failureOf(attempt: Promise<unknown>): Promise<{ code: string; why: string }> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`Not an AppError: ${String(error)}`);
  const messages: string[] = [];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) messages.push(cause.message);
  return { code: error.code, why: messages.join(' ') };
}

/** Why a token is refused; undefined when it is not. */
export const refusalOf = (attempt: Promise<unknown>): Promise<RefusalReason | undefined> =>
  attempt.then(() => undefined, reasonOf);
