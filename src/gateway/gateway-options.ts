import type { GraphQLSchema } from 'graphql';
import type { Registry } from 'prom-client';
import type { TokenVerifier } from '../auth/token';
import type { Config } from '../config';
import type { Limits } from '../config/limits';
import type { TolerantCache } from '../cache/tolerant';
import type { Clock } from '../runtime/clock';
import type { Logger } from '../observability/log';
import type { Notifications } from '../messaging/notifications/notifications';
import type { ObservedProgress } from '../database/partition-progress';
import type { WaitingLetters } from '../database/dead-letters/waiting-letters';
import type { PlatformReport } from '../database/platform-states';
import type { RateLimiter, RatePolicy } from '../auth/rate';
import type { ReadEventSizes } from './cost/event-sizes';
import type { DevEventsOptions } from './dev-events';
import type { ContextFor } from './execute';
import type { ReadinessReport } from './readyz';
import type { WebBuild } from './web/folder';

/** The dependencies and the config of a gateway. */
export interface GatewayOptions {
  readonly schema: GraphQLSchema;
  readonly contextFor: ContextFor;
  readonly tokens: TokenVerifier;
  readonly notifications: Notifications;
  readonly cache: TolerantCache;
  readonly cacheTtlMs: number;
  /** How old a stale answer may be that REST serves while the database is away. */
  readonly staleIfErrorMs: number;
  readonly basePath: string;
  /** Addresses, or ranges of them, of proxies that are trusted to name their clients. */
  readonly trustedProxies: readonly string[];
  readonly limits: Limits;
  readonly graphql: Config['graphql'] & { readonly persistedFile: string };
  /** Creates the rate limiter of one limit, over all processes. */
  readonly rateLimiter: (policy: RatePolicy) => RateLimiter;
  /** Reads the sizes of events, to compute the cost of operations. */
  readonly readSizes: ReadEventSizes;
  readonly clock: Clock;
  readonly log: Logger;
  /** Rejects while the database cannot be asked. */
  readonly checkDatabase: () => Promise<void>;
  readonly readiness: () => Promise<ReadinessReport>;
  readonly platformReports: () => Promise<readonly PlatformReport[]>;
  readonly partitionProgress: () => Promise<readonly ObservedProgress[]>;
  readonly waitingLetters: () => Promise<readonly WaitingLetters[]>;
  /** The metrics of this process, to which the gateway adds its own. */
  readonly registry: Registry;
  /** The dashboard as it was built; undefined where it was not. */
  readonly web: WebBuild | undefined;
  readonly businessTimeZone: string;
  /** Whether the pages to try the APIs on are served. */
  readonly servesExplorers: boolean;
  /** Given where messages are accepted over HTTP. */
  readonly devEvents?: Omit<DevEventsOptions, 'admission'> | undefined;
}
