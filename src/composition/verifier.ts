import type { KeyObject } from 'node:crypto';
import { type RefusalsToldOptions, withRefusalsTold } from '../gateway/token-refusals';
import { createTokenVerifier, type TokenVerifier } from '../auth/token';
import type { TokenConfig } from '../config';
import type { Clock } from '../runtime/clock';

/** Verifies tokens with the configured key, or the one generated at start. Refusals are counted and logged. */
export function openVerifier(
  token: TokenConfig,
  developmentKey: KeyObject | undefined,
  clock: Clock,
  refusals: RefusalsToldOptions,
): TokenVerifier {
  return withRefusalsTold(openUnloggedVerifier(token, developmentKey, clock), refusals);
}

function openUnloggedVerifier(
  token: TokenConfig,
  developmentKey: KeyObject | undefined,
  clock: Clock,
): TokenVerifier {
  const { keySource, ...rest } = token;
  const options = { ...rest, clock };
  if (keySource.kind !== 'development') return createTokenVerifier(keySource, options);
  if (developmentKey === undefined)
    throw new Error('A development key must be made before tokens are verified.');
  return createTokenVerifier({ kind: 'secret', key: developmentKey }, options);
}
