import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, tooManyRequests } from '../errors';
import type { RateLimiter, RateState } from '../platform/rate-limiter';
import type { TokenVerifier } from './token';
import type { Viewer } from './viewer';

/** Who may come in, and how often. */
export interface Admission {
  /**
   * Who asks, by what their request or their first message says.
   *
   * @throws AppError UNAUTHORIZED; TOO_MANY_REQUESTS once too many without a valid token have come from their network
   */
  recognise(authorization: string | undefined, from: IncomingMessage): Promise<Viewer>;
  /**
   * Counts what a viewer asks for.
   *
   * @param points one for a request; more for what costs more
   * @throws AppError TOO_MANY_REQUESTS when that is more than a token may ask for in a while
   */
  charge(viewer: Viewer, points: number): Promise<void>;
  /** Both for one request over HTTP, whose answer tells how much is left. */
  admit(request: IncomingMessage, response: ServerResponse): Promise<Viewer>;
}

export interface AdmissionOptions {
  readonly tokens: TokenVerifier;
  /** Undefined where any number may be asked. */
  readonly perToken: RateLimiter | undefined;
  readonly perAddress: RateLimiter | undefined;
  readonly networkOf: (request: IncomingMessage) => string;
}

export function createAdmission({ tokens, perToken, perAddress, networkOf }: AdmissionOptions): Admission {
  async function recognise(authorization: string | undefined, from: IncomingMessage): Promise<Viewer> {
    try {
      return await tokens.verify(authorization);
    } catch (error) {
      if (perAddress !== undefined && error instanceof AppError && error.code === 'UNAUTHORIZED')
        requireAllowed(await perAddress.take(networkOf(from), 1));
      throw error;
    }
  }

  async function take(viewer: Viewer, points: number): Promise<RateState | undefined> {
    return perToken?.take(holderOf(viewer), points);
  }

  return {
    recognise,
    async charge(viewer, points) {
      if (points > 0) requireAllowed(await take(viewer, points));
    },
    async admit(request, response) {
      const viewer = await recognise(request.headers.authorization, request);
      const state = await take(viewer, 1);
      if (perToken !== undefined && state !== undefined) tellRate(response, perToken, state);
      requireAllowed(state);
      return viewer;
    },
  };
}

const holders = new WeakMap<Viewer, string>();

/** Whose share and whose rate it is: the token's subject, of one length and told to nobody. */
export function holderOf(viewer: Viewer): string {
  const known = holders.get(viewer);
  if (known !== undefined) return known;
  const holder = createHash('sha256').update(viewer.subject).digest('base64url');
  holders.set(viewer, holder);
  return holder;
}

function requireAllowed(state: RateState | undefined): void {
  if (state !== undefined && !state.isAllowed) throw tooManyRequests(state.resetSeconds);
}

/** The headers of the IETF's draft on rate limits (draft-ietf-httpapi-ratelimit-headers-10). */
function tellRate(response: ServerResponse, { policy }: RateLimiter, state: RateState): void {
  const { name, points, windowSeconds } = policy;
  response.setHeader('RateLimit-Policy', `"${name}";q=${points};w=${windowSeconds}`);
  response.setHeader('RateLimit', `"${name}";r=${state.remaining};t=${state.resetSeconds}`);
}
