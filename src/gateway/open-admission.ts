import { type Admission, createAdmission } from '../auth/admission';
import type { RateLimiter } from '../auth/rate';
import { createClientAddressOf } from './client-address';
import type { GatewayOptions } from './gateway-options';
import type { TrustsProxy } from './trusted-proxies';

/** Authentication and rate limits; a rate of 0 is no limit. */
export function openAdmission(
  { tokens, limits: { rates }, rateLimiter, clock }: GatewayOptions,
  trusts: TrustsProxy,
): Admission {
  const addressOf = createClientAddressOf(trusts);
  const limiter = (name: string, points: number): RateLimiter | undefined =>
    points === 0 ? undefined : rateLimiter({ name, points, windowSeconds: rates.windowSeconds });
  return createAdmission({
    tokens,
    perToken: limiter('token', rates.perToken),
    perAddress: limiter('address', rates.perAddress),
    networkOf: (request) => addressOf(request).network,
    clock,
  });
}
