import type { KeyObject } from 'node:crypto';
import { type RefusalsToldOptions, withRefusalsTold } from '../gateway/token-refusals';
import { createTokenVerifier, type TokenVerifier } from '../auth/token';
import type { TokenConfig } from '../config';
import type { Clock } from '../runtime/clock';

/** Of tokens by the configured key, or by the one made up at start. What it refuses is counted and told to the log. */
export function openVerifier(
  token: TokenConfig,
  developmentKey: KeyObject | undefined,
  clock: Clock,
  telling: RefusalsToldOptions,
): TokenVerifier {
  return withRefusalsTold(openSilentVerifier(token, developmentKey, clock), telling);
}

function openSilentVerifier(
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
