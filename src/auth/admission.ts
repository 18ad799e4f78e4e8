import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StoreId } from '../domain/values';
import { AppError, tooManyRequests } from '../errors';
import type { Clock } from '../runtime/clock';
import { type RateLimiter, type RateState, resetSecondsOf } from './rate';
import { createRateRefusals } from './rate-refusals';
import { createTarpit, type Tarpit } from './tarpit';
import type { TokenVerifier } from './token';
import type { Viewer } from './viewer';

/** Authenticates requests and limits their rate. */
export interface Admission {
  /**
   * The viewer of a token.
   *
   * @throws AppError UNAUTHORIZED; TOO_MANY_REQUESTS after too many requests without a valid token from the same network
   */
  recognise(authorization: string | undefined, from: IncomingMessage): Promise<Viewer>;
  /**
   * Charges the viewer's rate.
   *
   * @param points one for a request; more for what costs more
   * @throws AppError TOO_MANY_REQUESTS when the token's rate is exceeded
   */
  charge(viewer: Viewer, points: number): Promise<void>;
  /**
   * The refusal of a client that did not wait for Retry-After, found by the text of its token before anything else is looked
   * at. It resolves after a delay, with undefined when the client may ask again by then. Undefined for all other clients.
   *
   * Without it, a client that asks as fast as it is answered would take as much of the processor by being refused as by being
   * served.
   */
  refusalOf(request: IncomingMessage, response: ServerResponse): Promise<AppError | undefined> | undefined;
  /** All of this for one HTTP request, whose answer gets the RateLimit headers. */
  admit(request: IncomingMessage, response: ServerResponse): Promise<Viewer>;
}

export interface AdmissionOptions {
  readonly tokens: TokenVerifier;
  /** Undefined for no limit. */
  readonly perToken: RateLimiter | undefined;
  readonly perAddress: RateLimiter | undefined;
  readonly networkOf: (request: IncomingMessage) => string;
  readonly clock: Clock;
  readonly tarpit?: Tarpit;
  /** Told what is charged to whom. */
  readonly onCharged?: (viewer: Viewer, points: number) => void;
}

export function createAdmission(options: AdmissionOptions): Admission {
  const { tokens, perToken, perAddress, networkOf, clock, tarpit = createTarpit(), onCharged } = options;
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
    onCharged?.(viewer, points);
    return perToken?.take(holderOf(viewer), points);
  }

  function refusalOf({ headers: { authorization } }: IncomingMessage, response: ServerResponse) {
    if (authorization === undefined) return undefined;
    const token = tokenIn(authorization);
    return refusals.find(token) && refuseAgain(token, response);
  }

  async function refuseAgain(token: string, response: ServerResponse): Promise<AppError | undefined> {
    await tarpit.delay(token, response);
    // Its window may have ended during the delay.
    const state = refusals.find(token);
    if (state === undefined) return undefined;
    setRateHeaders(response, state);
    return tooManyRequests(resetSecondsOf(state));
  }

  /** The headers of draft-ietf-httpapi-ratelimit-headers-10. */
  function setRateHeaders(response: ServerResponse, state: RateState): void {
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
      const refusing = refusalOf(request, response);
      const refusal = refusing && (await refusing);
      if (refusal !== undefined) throw refusal;
      const { authorization } = request.headers;
      const viewer = await recognise(authorization, request);
      const state = await take(viewer, 1);
      if (state === undefined) return viewer;
      setRateHeaders(response, state);
      if (authorization !== undefined && !state.isAllowed)
        refusals.add(tokenIn(authorization), state, viewer.expiresAt);
      requireAllowed(state);
      return viewer;
    },
  };
}

/** Ignores how the scheme is spelled and spaced: each new spelling would otherwise have to be verified. */
const tokenIn = (authorization: string): string => authorization.slice(authorization.lastIndexOf(' ') + 1);

declare const holder: unique symbol;
/** The key of a token's permits and rate: a hash of its subject, so that it has one length and reveals nothing. */
type TokenHolder = string & { readonly [holder]: true };
/** Whose permits work takes: a token's, or a store's where all its readers share the result. */
export type Holder = TokenHolder | StoreId;

const holders = new WeakMap<Viewer, TokenHolder>();

export function holderOf(viewer: Viewer): TokenHolder {
  const known = holders.get(viewer);
  if (known !== undefined) return known;
  const holder = createHash('sha256').update(viewer.subject).digest('base64url') as TokenHolder;
  holders.set(viewer, holder);
  return holder;
}

function requireAllowed(state: RateState | undefined): void {
  if (state !== undefined && !state.isAllowed) throw tooManyRequests(resetSecondsOf(state));
}
