import path from 'node:path';
import type { KeyObject } from 'node:crypto';
import { holderOf } from '../auth/admission';
import type { Config, TokenConfig } from '../config';
import { createReadEventSizes } from '../gateway/cost/event-sizes';
import type { ContextFor } from '../gateway/execute';
import { createGateway } from '../gateway/gateway';
import { findWebBuild } from '../gateway/web/folder';
import type { BusinessCalendar } from '../domain/calendar';
import { createTolerantCache } from '../cache/tolerant';
import type { Clock } from '../runtime/clock';
import { cancellable, unlessAborted } from '../database/cancellable';
import type { Database } from '../database/database';
import { readProgress } from '../database/partition-progress';
import { openSnapshot, withoutSnapshot } from '../database/snapshot';
import type { Metrics } from '../observability/metrics';
import type { EmbeddedSource } from '../messaging/source/embedded';
import { waitingLetters } from '../database/dead-letters/waiting-letters';
import { type ReadFacts, readFactsOver } from '../database/facts/read-facts';
import { createSharedReads } from '../database/facts/shared-reads';
import { platformReports } from '../database/platform-states';
import { buildSchema } from '../resolvers/build-schema';
import { createContext } from '../resolvers/context';
import { TOPICS } from '../workers/messages/topics';
import type { OpenedChanges } from './changes';
import type { RuntimeWithClock } from './runtime';
import { openVerifier } from './verifier';

/** The same path from src and from dist. */
const DIST = path.join(__dirname, '../../dist');
/** Where the build puts the dashboard. */
const WEB_FOLDER = path.join(DIST, 'web');
/** The manifest of the dashboard's operations, written by the build. */
const PAGES_OPERATIONS = path.join(DIST, 'persisted-operations.json');

export interface GatewayDependencies {
  readonly token: TokenConfig;
  /** Generated at start where no key is configured. */
  readonly developmentKey: KeyObject | undefined;
  readonly database: Database;
  readonly changes: OpenedChanges;
  readonly calendar: BusinessCalendar;
  readonly metrics: Metrics;
  /** Receives messages over HTTP when there is no Kafka. */
  readonly embeddedSource: EmbeddedSource | undefined;
}

/** @returns the port that the gateway listens on */
export async function startGateway(
  config: Config,
  { lifecycle, log, clock }: RuntimeWithClock,
  dependencies: GatewayDependencies,
): Promise<number> {
  const { token, developmentKey, database, calendar, metrics, embeddedSource } = dependencies;
  const { cache, notifications, changes, rateLimiter } = dependencies.changes;
  const gateway = await createGateway({
    schema: buildSchema(),
    contextFor: createContextFor(config, { database, calendar, clock }),
    tokens: openVerifier(token, developmentKey, clock, { log, registry: metrics.registry }),
    notifications,
    cache: createTolerantCache(cache, log),
    cacheTtlMs: config.cacheTtlSeconds * 1_000,
    staleIfErrorMs: config.staleIfErrorSeconds * 1_000,
    basePath: config.http.basePath,
    limits: config.limits,
    trustedProxies: config.http.trustedProxies,
    graphql: { ...config.graphql, persistedFile: config.graphql.persistedFile ?? PAGES_OPERATIONS },
    rateLimiter,
    readSizes: createReadEventSizes(database),
    clock,
    log,
    checkDatabase: () => database.check(),
    readiness: () => lifecycle.readiness(),
    platformReports: () => platformReports(database),
    waitingLetters: () => waitingLetters(database, deadLetterSources(config)),
    partitionProgress: () => readProgress(database),
    registry: metrics.registry,
    web: findWebBuild(WEB_FOLDER),
    businessTimeZone: config.businessTimeZone,
    servesExplorers: config.http.servesExplorers,
    devEvents:
      config.takesDevEvents && embeddedSource
        ? {
            source: embeddedSource,
            changes,
            topics: TOPICS,
            maxBytes: config.http.maxBodyBytes,
          }
        : undefined,
  });
  lifecycle.own('gateway', () => gateway.stop(), { drain: () => gateway.close() });
  return gateway.listen(config.http.host, config.http.port);
}

/** Creates the context of each operation, which reads by one statement or from a snapshot. */
function createContextFor(
  config: Config,
  {
    database,
    calendar,
    clock,
  }: Pick<GatewayDependencies, 'database' | 'calendar'> & { readonly clock: Clock },
): ContextFor {
  const readsOf = createSharedReads(database);
  const industryRefreshMs = config.industryRefreshSeconds * 1_000;
  return (viewer, manners = {}) => {
    const {
      reads = 'one statement',
      signal,
      yieldToLoop = noWay,
      canContinue = atOnce,
      holder = holderOf(viewer),
    } = manners;
    const now = clock.now();
    const snapshot = reads === 'a snapshot' ? openSnapshot(database) : withoutSnapshot(database);
    const sql = signal === undefined ? snapshot.sql : cancellable(snapshot.sql, signal);
    const readFacts =
      reads === 'a snapshot' ? readFactsOver(sql) : unlessGone(readsOf(holder, signal), signal);
    return createContext({
      viewer,
      now,
      calendar,
      industryRefreshMs,
      sql,
      readFacts,
      yieldToLoop,
      canContinue,
      close: () => snapshot.close(),
    });
  };
}

/** A shared read is not cancelled, since others wait for it too: an aborted operation only stops waiting. */
const unlessGone = (read: ReadFacts, gone: AbortSignal | undefined): ReadFacts =>
  gone === undefined ? read : (asked) => unlessAborted(gone, () => read(asked));

/** Defaults for a lone operation: no other one has to be let through. */
const noWay = (): Promise<void> => Promise.resolve();
const atOnce = (): boolean => true;

/** The topics that can have dead letters: only messages from Kafka become dead letters. */
function deadLetterSources({ kafka, topicPrefix }: Config): readonly string[] {
  return kafka === undefined ? [] : TOPICS.map((topic) => topicPrefix + topic);
}
