import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { AppError } from '../errors';
import type { Clock } from '../runtime/clock';
import { type Claims, isObject, readTexts } from './claims';
import type { Issuer } from './issuers';
import { refuseToken, whyNotValid } from './refusal';
import type { VerifyingKey } from './token-cache';
import { parseViewer, type UnreadableClaim, type Viewer } from './viewer';

export interface VerificationOptions {
  readonly clock: Clock;
  /** By how much the issuers' clocks may differ from ours; left out, by nothing. */
  readonly clockToleranceMs?: number;
  /** Hears of each claim that grants nothing since it cannot be read. */
  readonly onUnreadable?: OnUnreadable;
}

type OnUnreadable = (claim: UnreadableClaim) => void;

/** The issuer that a token names, and the keys that may have signed it. */
export interface IssuerWithKeys {
  readonly issuer: Issuer;
  readonly keys: readonly VerifyingKey[];
}

export interface VerifiedToken {
  readonly viewer: Viewer;
  /** The key that verified it. */
  readonly by: VerifyingKey;
}

/**
 * Verifies a token by the keys of its issuer. The library accepts a token without expiry: parseViewer requires `exp`.
 *
 * @throws AppError UNAUTHORIZED
 */
export function verifyToken(
  token: string,
  { issuer, keys }: IssuerWithKeys,
  options: VerificationOptions,
): VerifiedToken {
  const { clockToleranceMs = 0 } = options;
  const onUnreadable = toldOf(issuer, options);
  try {
    const { by, verified } = verifyByOne(token, { issuer, keys }, options);
    // Extensions that must be understood (RFC 7515, 4.1.11): we understand none.
    if (verified.header.crit !== undefined)
      throw refuseToken('critical_extension', 'The token has critical extensions.');
    const claims = verified.payload;
    if (!isObject(claims)) throw refuseToken('claims', 'The token has no claims.');
    requireAudience(claims, issuer, onUnreadable);
    const viewer = parseViewer(claims, { claims: issuer.claims, clockToleranceMs, onUnreadable });
    return { by, viewer: { ...viewer, subject: issuer.nameSubject(viewer.subject) } };
  } catch (error) {
    throw error instanceof AppError
      ? error
      : refuseToken(whyNotValid(error), 'The token is not valid.', error);
  }
}

const toldOf =
  ({ nameAmongSeveral: issuer }: Issuer, { onUnreadable }: VerificationOptions): OnUnreadable =>
  (claim) =>
    onUnreadable?.(issuer === undefined ? claim : { ...claim, issuer });

/** Without an id in the token, any of the issuer's keys may have signed it. */
function verifyByOne(
  token: string,
  { issuer, keys }: IssuerWithKeys,
  options: VerificationOptions,
): { readonly by: VerifyingKey; readonly verified: jwt.Jwt } {
  let failure: unknown;
  for (const by of keys) {
    try {
      return { by, verified: verifyBy(by.key, token, issuer, options) };
    } catch (error) {
      if (whyNotValid(error) !== 'signature') throw error;
      failure = error;
    }
  }
  throw failure;
}

function verifyBy(
  key: KeyObject,
  token: string,
  { algorithm, issuer }: Issuer,
  { clock, clockToleranceMs = 0 }: VerificationOptions,
): jwt.Jwt {
  return jwt.verify(token, key, {
    algorithms: [algorithm],
    clockTimestamp: Math.floor(clock.now() / 1_000),
    clockTolerance: clockToleranceMs / 1_000,
    complete: true,
    ...(issuer !== undefined && { issuer }),
  });
}

/** @throws AppError UNAUTHORIZED where audiences are configured, and the token names none of them */
function requireAudience(
  claims: Claims,
  { audiences, audienceClaim }: Issuer,
  onUnreadable: OnUnreadable,
): void {
  if (audiences.length === 0) return;
  const { texts, problem } = readTexts(claims, audienceClaim);
  if (problem !== undefined) onUnreadable({ claim: audienceClaim.join('.'), problem });
  if (!texts.some((text) => audiences.includes(text)))
    throw refuseToken('audience', 'The token is for another audience.');
}
