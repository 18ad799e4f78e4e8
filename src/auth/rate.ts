/** Counts what is asked in a while, of each key by itself. */
export interface RateLimiter {
  readonly policy: RatePolicy;
  /** Never rejects: while Redis is away, each process counts by itself. */
  take(key: string, points: number): Promise<RateState>;
}

export interface RatePolicy {
  /** Of the limit, in the headers that tell of it. */
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

/** The same in whole seconds, at least 1, as HTTP tells it. */
export const resetSecondsOf = ({ resetMs }: RateState): number => Math.max(1, Math.ceil(resetMs / 1_000));
