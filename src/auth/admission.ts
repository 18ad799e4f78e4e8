import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, tooManyRequests } from '../errors';
import type { Clock } from '../runtime/clock';
import { type RateLimiter, type RateState, resetSecondsOf } from './rate-limiter';
import { createRateRefusals } from './rate-refusals';
import { createTarpit, type Tarpit } from './tarpit';
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
  /**
   * The refusal of whoever has been told to wait, and has not: known by the text of their token alone, ahead of looking at
   * anything else. It resolves after a pause, with nothing where they may ask again by then. Undefined for everybody else.
   *
   * A client that asks as fast as it is answered would otherwise take as much of the processor by being refused as by
   * being served.
   */
  refusalOf(request: IncomingMessage, response: ServerResponse): Promise<AppError | undefined> | undefined;
  /** All of it for one request over HTTP, whose answer tells how much is left. */
  admit(request: IncomingMessage, response: ServerResponse): Promise<Viewer>;
}

export interface AdmissionOptions {
  readonly tokens: TokenVerifier;
  /** Undefined where any number may be asked. */
  readonly perToken: RateLimiter | undefined;
  readonly perAddress: RateLimiter | undefined;
  readonly networkOf: (request: IncomingMessage) => string;
  readonly clock: Clock;
  readonly tarpit?: Tarpit;
}

export function createAdmission(options: AdmissionOptions): Admission {
  const { tokens, perToken, perAddress, networkOf, clock, tarpit = createTarpit() } = options;
  const refusals = createRateRefusals(clock);

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

  function refusalOf({ headers: { authorization } }: IncomingMessage, response: ServerResponse) {
    if (authorization === undefined) return undefined;
    const token = tokenIn(authorization);
    return refusals.find(token) && refuseAgain(token, response);
  }

  async function refuseAgain(token: string, response: ServerResponse): Promise<AppError | undefined> {
    await tarpit.hold(token, response);
    // Its window may have ended meanwhile.
    const state = refusals.find(token);
    if (state === undefined) return undefined;
    tellRate(response, state);
    return tooManyRequests(resetSecondsOf(state));
  }

  /** The headers of the IETF's draft on rate limits (draft-ietf-httpapi-ratelimit-headers-10). */
  function tellRate(response: ServerResponse, state: RateState): void {
    if (perToken === undefined) return;
    const { name, points, windowSeconds } = perToken.policy;
    response.setHeader('RateLimit-Policy', `"${name}";q=${points};w=${windowSeconds}`);
    response.setHeader('RateLimit', `"${name}";r=${state.remaining};t=${resetSecondsOf(state)}`);
  }

  return {
    recognise,
    refusalOf,
    async charge(viewer, points) {
      if (points > 0) requireAllowed(await take(viewer, points));
    },
    async admit(request, response) {
      const held = refusalOf(request, response);
      const refusal = held && (await held);
      if (refusal !== undefined) throw refusal;
      const { authorization } = request.headers;
      const viewer = await recognise(authorization, request);
      const state = await take(viewer, 1);
      if (state === undefined) return viewer;
      tellRate(response, state);
      if (authorization !== undefined && !state.isAllowed)
        refusals.add(tokenIn(authorization), state, viewer.expiresAt);
      requireAllowed(state);
      return viewer;
    },
  };
}

/** However its scheme is spelled and spaced, or each new spelling would have to be looked at. */
const tokenIn = (authorization: string): string => authorization.slice(authorization.lastIndexOf(' ') + 1);

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
  if (state !== undefined && !state.isAllowed) throw tooManyRequests(resetSecondsOf(state));
}
