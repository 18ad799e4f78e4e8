import { Counter, type Registry } from 'prom-client';
import { AppError } from '../errors';
import type { Logger } from '../observability/log';
import { REFUSAL_REASONS, TokenRefused } from '../auth/refusal';
import type { TokenVerifier } from '../auth/token';

export interface RefusalsToldOptions {
  readonly log: Logger;
  readonly registry: Registry;
}

/**
 * The same verifier, whose refusals are counted by reason and logged at level debug. Neither has any part of the token: the
 * causes of the reason are left out, since parsers quote what they cannot read.
 */
export function withRefusalsTold(
  tokens: TokenVerifier,
  { log, registry }: RefusalsToldOptions,
): TokenVerifier {
  const refused = new Counter({
    name: 'analytics_tokens_refused_total',
    help: 'Tokens that were not accepted, by reason; missing where none came.',
    labelNames: ['reason'],
    registers: [registry],
  });
  for (const reason of REFUSAL_REASONS) refused.inc({ reason }, 0);

  function tell(thrown: unknown): never {
    if (thrown instanceof AppError && thrown.cause instanceof TokenRefused) {
      const { reason, message } = thrown.cause;
      refused.inc({ reason });
      log.debug({ reason }, `no token was accepted: ${message}`);
    }
    throw thrown;
  }

  return { verify: (authorization) => tokens.verify(authorization).catch(tell) };
}
