import type { IncomingMessage, RequestListener } from 'node:http';
import express from 'express';
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
import type { WaitingLetters } from '../database/waiting-letters';
import type { PlatformReport } from '../database/platforms';
import type { RateLimiter, RatePolicy } from '../auth/rate-limiter';
import { apiPage } from './api-page';
import { createGraphQLServer } from './apollo';
import type { ReadEventSizes } from './cost/event-sizes';
import { registerDeadLetterMetrics } from './dead-letter-metrics';
import { type DevEventsOptions, devEvents } from './dev-events';
import { openPersistedTexts } from './documents/persisted';
import type { ContextFor } from './execute';
import { createGraphQLEndpoint } from './graphql-endpoint';
import { errorHandler, notFound } from './http-errors';
import { createHttpServer, type HttpServer } from './http-server';
import { createSingleFlightRead } from './single-flight-read';
import { createPartsAway } from './live/away';
import { createLive, type Live } from './live/live';
import { registerLiveFigures } from './live/live-figures';
import { metricsPage } from './metrics-page';
import { openAdmission } from './open-admission';
import { openRest } from './open-rest';
import { openOperations } from './operations/open';
import { registerPartitionMetrics } from './partition-metrics';
import { registerPlatformMetrics } from './platform-metrics';
import { type ReadinessReport, readyz } from './readyz';
import { createRequestMetrics } from './request-metrics';
import { registerBulkheadMetrics } from './bulkhead-metrics';
import { createTrust } from './trusted-proxies';
import type { WebBuild } from './web/folder';
import { webPage } from './web/page';

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

/** An operation takes many times as long as a cache hit: eight of them take some ten milliseconds. */
const weightOf = ({ url = '' }: IncomingMessage): number => (url.startsWith('/graphql') ? 8 : 1);

/** The base path of the contract's production server, which works beside the configured one. */
const PRODUCTION_BASE = '/analytics/v1';

export interface Gateway extends HttpServer {
  /** How many subscriptions and connections there are. */
  readonly watching: Live['size'];
  /** To be called once no requests come in any more. */
  stop(): Promise<void>;
}

/**
 * The HTTP server of the service. The contract's endpoints and GraphQL are answered without Express; everything else, which is
 * requested far less often, goes through it.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { schema, contextFor, clock, log, registry } = options;
  const bases = [...new Set([options.basePath, PRODUCTION_BASE])];
  const trusts = createTrust(options.trustedProxies);
  const admission = openAdmission(options, trusts);
  const persisted = openPersistedTexts(options.graphql.persisted, options.graphql.persistedFile);
  const { introspection } = options.graphql;
  const opened = openOperations({ ...options, admission, persisted, introspection });
  const rest = openRest(options, bases, admission, opened);
  const { notifications } = options;
  const partsAway = createPartsAway({ database: options.checkDatabase });
  const live = createLive({
    ...opened,
    schema,
    notifications,
    admission,
    contextFor,
    partsAway,
    limits: options.limits.live,
    clock,
    log,
  });
  const apollo = await createGraphQLServer({ ...opened, schema, persisted, log });
  const graphql = createGraphQLEndpoint({ admission, apollo, sse: live.sse, log });

  const platforms = createSingleFlightRead(options.platformReports);
  registerPlatformMetrics(registry, platforms, clock);
  registerPartitionMetrics(registry, createSingleFlightRead(options.partitionProgress), clock);
  registerDeadLetterMetrics(registry, createSingleFlightRead(options.waitingLetters));
  registerLiveFigures(registry, live);
  registerBulkheadMetrics(registry, opened.bulkhead);
  const countRequest = createRequestMetrics(registry, bases);

  const app = express().disable('x-powered-by').enable('case sensitive routing').enable('strict routing');
  app.use(readyz(options.readiness, platforms));
  app.use(metricsPage(registry));
  if (options.devEvents) app.use(devEvents({ ...options.devEvents, admission }));
  if (options.servesExplorers) for (const base of bases) app.use(apiPage(base));
  if (options.web) {
    const { businessTimeZone, servesExplorers } = options;
    const docs = servesExplorers ? `${options.basePath}/docs` : undefined;
    app.use(webPage({ build: options.web, businessTimeZone, apiPage: docs }));
  }
  app.use(notFound);
  app.use(errorHandler(clock, log));

  const listener: RequestListener = (request, response) => {
    const route = rest.find(request);
    countRequest(request, response, route?.endpoint.path);
    if (route !== undefined) rest.answer(route, request, response);
    else if (!graphql(request, response)) app(request, response);
  };
  const http = createHttpServer(listener, { clock, trusts, weightOf });
  live.attach(http.server);
  return {
    ...http,
    close() {
      live.stop();
      return http.close();
    },
    stop: () => apollo.stop(),
    get watching() {
      return live.size;
    },
  };
}
