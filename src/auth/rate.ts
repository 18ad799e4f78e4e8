/** Limits the points of each key in a window of time. */
export interface RateLimiter {
  readonly policy: RatePolicy;
  /** Never rejects: while Redis is away, each process counts by itself. */
  take(key: string, points: number): Promise<RateState>;
}

export interface RatePolicy {
  /** The limit's name in the RateLimit headers. */
  readonly name: string;
  readonly points: number;
  readonly windowSeconds: number;
}

export interface RateState {
  readonly isAllowed: boolean;
  readonly remaining: number;
  /** Until the window ends, in milliseconds. */
  readonly resetMs: number;
}

/** The same in whole seconds, at least 1, for HTTP headers. */
export const resetSecondsOf = ({ resetMs }: RateState): number => Math.max(1, Math.ceil(resetMs / 1_000));
