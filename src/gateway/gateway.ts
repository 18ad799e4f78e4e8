import type { IncomingMessage, RequestListener } from 'node:http';
import express from 'express';
import { apiPage } from './api-page';
import { createGraphQLServer } from './apollo';
import { registerDeadLetterMetrics } from './dead-letter-metrics';
import { devEvents } from './dev-events';
import { openPersistedTexts } from './documents/persisted';
import type { GatewayOptions } from './gateway-options';
import { createGraphQLEndpoint } from './graphql-endpoint';
import { errorHandler, notFound } from './http-errors';
import { createHttpServer, type HttpServer } from './http-server';
import { createSingleFlightRead } from './single-flight-read';
import { createUnavailableParts } from './live/websocket/pong';
import { createLive, type Live } from './live/live';
import { registerLiveMetrics } from './live/metrics';
import { metricsPage } from './metrics-page';
import { openAdmission } from './open-admission';
import { openRest } from './open-rest';
import { openOperations } from './operations/open';
import { registerPartitionMetrics } from './partition-metrics';
import { registerPlatformMetrics } from './platform-metrics';
import { readyz } from './readyz';
import { createRequestMetrics } from './request-metrics';
import { pathOf } from './request-target';
import { registerBulkheadMetrics } from './bulkhead-metrics';
import { createTrust } from './trusted-proxies';
import { webPage } from './web/page';

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
  const unavailableParts = createUnavailableParts({ database: options.checkDatabase });
  const live = createLive({
    ...opened,
    schema,
    notifications,
    admission,
    contextFor,
    unavailableParts,
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
  registerLiveMetrics(registry, live);
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
    const route = rest.find(pathOf(request));
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
