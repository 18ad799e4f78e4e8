import { type Admission, createAdmission } from '../auth/admission';
import type { RateLimiter, RatePolicy } from '../auth/rate';
import type { Readers } from '../auth/readers';
import type { TokenVerifier } from '../auth/token';
import type { Limits } from '../config/limits';
import { createClientAddressOf, type TrustsProxy } from '../gateway/trusted-proxies';
import type { Clock } from '../runtime/clock';

export interface AdmissionDependencies {
  readonly tokens: TokenVerifier;
  readonly rates: Limits['rates'];
  /** Creates the rate limiter of one limit, over all processes. */
  readonly rateLimiter: (policy: RatePolicy) => RateLimiter;
  readonly trusts: TrustsProxy;
  readonly readers: Readers;
  readonly clock: Clock;
}

/** Authentication and rate limits; a rate of 0 is no limit. */
export function openAdmission(dependencies: AdmissionDependencies): Admission {
  const { tokens, rates, rateLimiter, trusts, readers, clock } = dependencies;
  const addressOf = createClientAddressOf(trusts);
  const limiter = (name: string, points: number): RateLimiter | undefined =>
    points === 0 ? undefined : rateLimiter({ name, points, windowSeconds: rates.windowSeconds });
  return createAdmission({
    tokens,
    perToken: limiter('token', rates.perToken),
    perAddress: limiter('address', rates.perAddress),
    networkOf: (request) => addressOf(request).network,
    onCharged: readers.charged,
    clock,
  });
}
