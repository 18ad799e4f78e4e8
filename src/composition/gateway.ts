import path from 'node:path';
import type { KeyObject } from 'node:crypto';
import type { Config } from '../config';
import type { TokenConfig } from '../config/issuers';
import type { Database } from '../database/database';
import { readGaps } from '../database/log-gaps';
import { platformReports } from '../database/platform-states';
import type { BusinessCalendar } from '../domain/calendar';
import { createReaders } from '../auth/readers';
import { type AnswerCaches, registerAnswerMetrics, registerCacheMetrics } from '../gateway/answer-metrics';
import { createGraphQLServer } from '../gateway/apollo';
import { createSizeReader } from '../gateway/cost/size-reader';
import { namesListed, openPersistedTexts } from '../gateway/documents/persisted';
import { createContextFor } from '../gateway/execute';
import { createExpressApp } from '../gateway/express-app';
import { watchCertificate } from '../gateway/certificate-renewal';
import { createGateway } from '../gateway/gateway';
import { createGraphQLEndpoint } from '../gateway/graphql-endpoint';
import { createLive } from '../gateway/live/live';
import { createUnavailableParts } from '../gateway/live/websocket/pong';
import { createOperating } from '../gateway/operating';
import { registerOperationMetrics } from '../gateway/operations/metrics';
import { createSingleFlightRead } from '../gateway/single-flight-read';
import { toldGaps, toldPlatforms } from '../gateway/told-besides';
import { createTraceRequest, withAnswersTraced } from '../gateway/traced-requests';
import { createTrust } from '../gateway/trusted-proxies';
import { findWebBuild } from '../gateway/web/page';
import type { EmbeddedSource } from '../messaging/source/embedded';
import type { Metrics } from '../observability/metrics';
import type { Tracer } from '../observability/traces/tracer';
import { VERSION } from '../observability/version';
import { createProbes } from '../probes/probes';
import { buildSchema } from '../resolvers/build-schema';
import type { ReplayResult } from '../resolvers/operating';
import { createAlarm } from '../runtime/alarm';
import { openAdmission } from './admission';
import type { OpenedChanges } from './changes';
import { registerGatewayMetrics } from './gateway-metrics';
import { openOperations } from './operations';
import { openRest } from './rest';
import { openRouters } from './routers';
import type { RuntimeWithClock } from './runtime';
import { openVerifier } from './verifier';

/** The same path from src and from dist. */
const DIST = path.join(__dirname, '../../dist');
/** Where the build puts the dashboard. */
const WEB_FOLDER = path.join(DIST, 'web');
/** The manifest of the dashboard's operations, written by the build. */
const PAGES_OPERATIONS = path.join(DIST, 'persisted-operations.json');

/** The base path of the contract's production server, which works beside the configured one. */
const PRODUCTION_BASE = '/analytics/v1';

export interface GatewayDependencies {
  readonly token: TokenConfig;
  /** Generated at start where no key is configured. */
  readonly developmentKey: KeyObject | undefined;
  readonly database: Database;
  readonly changes: OpenedChanges;
  readonly calendar: BusinessCalendar;
  readonly metrics: Metrics;
  /** Undefined where nothing is traced. */
  readonly tracer: Tracer | undefined;
  /** Receives messages over HTTP when there is no Kafka. */
  readonly embeddedSource: EmbeddedSource | undefined;
  /** Applies a dead letter again. */
  readonly replayLetter: (id: bigint) => Promise<ReplayResult | undefined>;
}

/**
 * Starts the read side: admission, operations, REST, subscriptions, GraphQL, and the HTTP server before them.
 *
 * @returns the port that the gateway listens on
 */
export async function startGateway(
  config: Config,
  runtime: RuntimeWithClock,
  dependencies: GatewayDependencies,
): Promise<number> {
  const { lifecycle, log, clock, setAlarm = createAlarm(clock) } = runtime;
  const { token, developmentKey, database, calendar, embeddedSource, tracer, replayLetter } = dependencies;
  const { registry } = dependencies.metrics;
  const { cache, notifications, rateLimiter, changes } = dependencies.changes;
  const { http, limits } = config;
  const { persisted: mode, persistedFile = PAGES_OPERATIONS, introspection, federation } = config.graphql;
  const bases = [...new Set([http.basePath, PRODUCTION_BASE])];
  const trusts = createTrust(http.trustedProxies);

  const schema = buildSchema({ federation });
  const industryRefreshMs = config.industryRefreshSeconds * 1_000;
  const readers = createReaders();
  const operating = createOperating({ registry, readers, version: VERSION, replayLetter, log });
  const contextFor = createContextFor({ database, calendar, clock, industryRefreshMs, operating });
  const tokens = openVerifier({ token, developmentKey, clock, log, registry });
  const admission = openAdmission({ tokens, rates: limits.rates, rateLimiter, trusts, readers, clock });
  const persisted = openPersistedTexts(mode, persistedFile);
  const sizes = createSizeReader(database, clock);
  const executing = { schema, contextFor, admission, clock, log, tracer };
  const tally = registerOperationMetrics(registry, namesListed(persistedFile));
  const opened = openOperations({ ...executing, sizes, persisted, limits, tally, introspection });

  const tellAnswer = withAnswersTraced(registerAnswerMetrics(registry), tracer);
  const watchCaches = (caches: AnswerCaches): void => registerCacheMetrics(registry, caches);
  const kept = { cache, notifications, tellAnswer, watchCaches };
  const rest = openRest(config, { ...executing, ...opened, ...kept, bases });
  const unavailableParts = createUnavailableParts({ database: () => database.check() });
  const live = createLive({
    ...executing,
    ...opened,
    notifications,
    unavailableParts,
    limits: limits.live,
    setAlarm,
  });
  const apollo = await createGraphQLServer({ ...opened, schema, persisted, log });
  lifecycle.own('graphql', () => apollo.stop());
  const graphql = createGraphQLEndpoint({ admission, apollo, streams: live.streams, log });

  const platforms = createSingleFlightRead(() => platformReports(database));
  const gaps = createSingleFlightRead(() => readGaps(database));
  const countRequest = registerGatewayMetrics(config, {
    registry,
    database,
    platforms,
    gaps,
    live,
    bulkhead: opened.bulkhead,
    readers,
    bases,
    clock,
  });
  async function tellMore(): Promise<object> {
    const [told, unread] = await Promise.all([toldPlatforms(platforms), toldGaps(gaps)]);
    return { ...told, ...unread };
  }
  const probes = createProbes({ lifecycle, registry, tellMore, log });
  const routers = openRouters(config, {
    web: findWebBuild(WEB_FOLDER),
    embeddedSource,
    changes,
    admission,
    bases,
  });
  const app = createExpressApp(routers, clock, log);

  const { corsOrigins, tls } = http;
  const traceRequest = tracer && createTraceRequest({ tracer, bases, trusts });
  const served = { rest, graphql, live, probes, app, countRequest, traceRequest };
  const gateway = createGateway({ ...served, corsOrigins, tls, trusts, clock });
  // Draining ends it: nothing is left to close.
  lifecycle.own('gateway', () => undefined, { drain: () => gateway.close() });
  if (tls !== undefined)
    lifecycle.own('certificate', watchCertificate({ tls, renew: gateway.renewCertificate, log }));
  return gateway.listen(http);
}
