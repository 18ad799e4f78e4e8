import { addressRange, commaSeparated, flag, oneOf, text, wholeNumber } from './fields';
import type { Variables } from './variables';

/** Whether any operation is executed, or only those that the manifest lists. */
export const PERSISTED_MODES = ['any', 'listed'] as const;

/**
 * What one reader may ask of the service, so that no other has to wait for it. Each has a default that a client in good
 * faith does not meet; docs/limits.md gives the reasons.
 */
export const limitVariables = {
  MAX_OPERATION_COST: wholeNumber(100, 10_000_000).default(100_000),
  MAX_QUERY_BYTES: wholeNumber(256, 102_400).default(16_384),
  MAX_QUERY_TOKENS: wholeNumber(100, 100_000).default(2_000),
  OPERATION_TIMEOUT_SECONDS: wholeNumber(1, 300).default(10),
  MAX_OPERATIONS: wholeNumber(1, 10_000).optional(),
  MAX_OPERATIONS_PER_TOKEN: wholeNumber(1, 10_000).optional(),
  MAX_WAITING_PER_TOKEN: wholeNumber(0, 10_000).default(100),
  MAX_WAIT_SECONDS: wholeNumber(1, 60).default(2),

  MAX_CONNECTIONS_PER_TOKEN: wholeNumber(1, 1_000_000).default(100),
  MAX_SUBSCRIPTIONS_PER_CONNECTION: wholeNumber(1, 100_000).default(100),
  MAX_COHORTS_PER_EVENT: wholeNumber(1, 10_000).default(20),
  MAX_LIVE_COST_PER_EVENT: wholeNumber(100, 10_000_000).default(200_000),

  RATE_LIMIT_SECONDS: wholeNumber(1, 3_600).default(10),
  RATE_LIMIT_PER_TOKEN: wholeNumber(0, 10_000_000).optional(),
  RATE_LIMIT_PER_ADDRESS: wholeNumber(0, 10_000_000).optional(),
  TRUSTED_PROXIES: commaSeparated(addressRange()).optional(),

  PERSISTED_OPERATIONS: oneOf(PERSISTED_MODES).default('any'),
  PERSISTED_OPERATIONS_FILE: text().optional(),
  INTROSPECTION: flag().optional(),
};

/** What one operation may be and take. */
export interface OperationLimits {
  /** In units of src/gateway/cost: about a microsecond of the processor's time each. */
  readonly maxCost: number;
  readonly maxQueryBytes: number;
  /** Comments are counted, too. */
  readonly maxTokens: number;
  readonly timeoutMs: number;
}

/** How many operations are under way at a time, and how many wait for it. */
export interface ShareLimits {
  readonly operations: number;
  readonly operationsPerToken: number;
  readonly waitingPerToken: number;
  readonly waitMs: number;
}

/** What may be watched. */
export interface LiveLimits {
  /** WebSocket connections and event streams together. */
  readonly connectionsPerToken: number;
  readonly subscriptionsPerConnection: number;
  /** Different operations on one event, of one field. */
  readonly cohortsPerEvent: number;
  /** What these may cost together. */
  readonly costPerEvent: number;
}

/** How much may be asked in a while; 0 for any number. */
export interface RateLimits {
  readonly windowSeconds: number;
  /** In points: one for a request, more for an operation that costs more. */
  readonly perToken: number;
  /** Of requests that come without a token that holds. */
  readonly perAddress: number;
}

export interface Limits {
  readonly operation: OperationLimits;
  readonly shares: ShareLimits;
  readonly live: LiveLimits;
  readonly rates: RateLimits;
}

type LimitVariables = Pick<Variables, keyof typeof limitVariables>;

/** What the limits of this process depend on. */
export interface LimitedProcess {
  readonly isProduction: boolean;
  /** How many connections to the database answer readers. */
  readonly readers: number;
}

export function toLimits(read: LimitVariables, { isProduction, readers }: LimitedProcess): Limits {
  const operations = read.MAX_OPERATIONS ?? readers;
  return {
    operation: {
      maxCost: read.MAX_OPERATION_COST,
      maxQueryBytes: read.MAX_QUERY_BYTES,
      maxTokens: read.MAX_QUERY_TOKENS,
      timeoutMs: read.OPERATION_TIMEOUT_SECONDS * 1_000,
    },
    shares: {
      operations,
      // Whoever comes finds room at once, however much one other asks: on a token's behalf, and on its store's by REST.
      operationsPerToken: read.MAX_OPERATIONS_PER_TOKEN ?? Math.max(1, Math.floor(operations / 3)),
      waitingPerToken: read.MAX_WAITING_PER_TOKEN,
      waitMs: read.MAX_WAIT_SECONDS * 1_000,
    },
    live: {
      connectionsPerToken: read.MAX_CONNECTIONS_PER_TOKEN,
      subscriptionsPerConnection: read.MAX_SUBSCRIPTIONS_PER_CONNECTION,
      cohortsPerEvent: read.MAX_COHORTS_PER_EVENT,
      costPerEvent: read.MAX_LIVE_COST_PER_EVENT,
    },
    rates: {
      windowSeconds: read.RATE_LIMIT_SECONDS,
      perToken: read.RATE_LIMIT_PER_TOKEN ?? (isProduction ? 300 : 0),
      perAddress: read.RATE_LIMIT_PER_ADDRESS ?? (isProduction ? 100 : 0),
    },
  };
}
