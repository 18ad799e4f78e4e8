import { Counter, type Registry } from 'prom-client';
import { AppError } from '../errors';
import type { Logger } from '../observability/log';
import { createOnceAMinute } from '../observability/once-a-minute';
import { REFUSAL_REASONS, TokenRefused } from '../auth/refusal';
import type { TokenVerifier } from '../auth/token';
import type { UnreadableClaim } from '../auth/viewer';

export interface RefusalsToldOptions {
  readonly log: Logger;
  readonly registry: Registry;
  /** In milliseconds from any point of time; left out, those of the process. */
  readonly now?: () => number;
}

/**
 * The same verifier, whose refusals are counted by reason and logged, each reason once a minute for each issuer. Neither has any part of the
 * token: the causes of the reason are left out, since parsers quote what they cannot read.
 */
export function withRefusalsTold(
  tokens: TokenVerifier,
  { log, registry, now }: RefusalsToldOptions,
): TokenVerifier {
  const refused = new Counter({
    name: 'analytics_tokens_refused_total',
    help: 'Tokens that were not accepted, by reason; missing where none came.',
    labelNames: ['reason'],
    registers: [registry],
  });
  for (const reason of REFUSAL_REASONS) refused.inc({ reason }, 0);
  const lines = createOnceAMinute(log, now);

  function tell(thrown: unknown): never {
    if (thrown instanceof AppError && thrown.cause instanceof TokenRefused) {
      const { reason, message, issuer } = thrown.cause;
      refused.inc({ reason });
      lines.tell(JSON.stringify([reason, issuer]), { reason, issuer }, `no token was accepted: ${message}`);
    }
    throw thrown;
  }

  return { verify: (authorization) => tokens.verify(authorization).catch(tell) };
}

/** Logs what a token's claims fail to grant, each claim once a minute for each issuer. */
export function logUnreadableClaims(log: Logger, now?: () => number): (unreadable: UnreadableClaim) => void {
  const lines = createOnceAMinute(log, now);
  return ({ issuer, claim, problem }) =>
    lines.tell(
      JSON.stringify([issuer, claim, problem]),
      { issuer, claim, problem },
      'a claim of a token, or a part of it, grants nothing',
    );
}
