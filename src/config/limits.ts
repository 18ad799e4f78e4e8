import { addressRange, commaSeparated, flag, oneOf, text, wholeNumber } from './fields';
import type { z } from 'zod';

/** Whether every operation is executed, or only those that the manifest lists. */
export const PERSISTED_MODES = ['any', 'listed'] as const;

/**
 * How much one client may ask, so that no other client has to wait for it. Each default is above what a well-behaved
 * client needs; docs/limits.md gives the reasons.
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

/** How large and how long one operation may be. */
export interface OperationLimits {
  /** In units of src/gateway/cost: about a microsecond of processor time each. */
  readonly maxCost: number;
  readonly maxQueryBytes: number;
  /** Including comments. */
  readonly maxTokens: number;
  readonly timeoutMs: number;
}

/** How many operations run at the same time, and how many may wait. */
export interface ShareLimits {
  readonly operations: number;
  readonly operationsPerToken: number;
  readonly waitingPerToken: number;
  readonly waitMs: number;
}

/** How much may be subscribed to. */
export interface LiveLimits {
  /** WebSocket connections and event streams together. */
  readonly connectionsPerToken: number;
  readonly subscriptionsPerConnection: number;
  /** Cohorts of one event and one field. */
  readonly cohortsPerEvent: number;
  /** What these cohorts may cost together. */
  readonly costPerEvent: number;
}

/** How much may be asked in a window; 0 for no limit. */
export interface RateLimits {
  readonly windowSeconds: number;
  /** In points: one for a request, more for an expensive operation. */
  readonly perToken: number;
  /** For requests without a valid token. */
  readonly perAddress: number;
}

export interface Limits {
  readonly operation: OperationLimits;
  readonly shares: ShareLimits;
  readonly live: LiveLimits;
  readonly rates: RateLimits;
}

type LimitVariables = z.infer<z.ZodObject<typeof limitVariables>>;

/** What the limits of this process depend on. */
export interface LimitedProcess {
  readonly isProduction: boolean;
  /** How many database connections serve readers. */
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
      // A third for each token (and, by REST, for each store), so that another client's operation can start at once.
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
