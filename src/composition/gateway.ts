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
import { waitingLetters } from '../database/waiting-letters';
import { type ReadFacts, readFactsOver } from '../database/facts/read-facts';
import { createSharedReads } from '../database/facts/shared-reads';
import { platformReports } from '../database/platforms';
import { buildSchema } from '../resolvers/build-schema';
import { createContext } from '../resolvers/context';
import { TOPICS } from '../workers/messages/topics';
import type { OpenedChanges } from './changes';
import type { Surroundings } from './surroundings';
import { openVerifier } from './verifier';

/** The same from src as from dist. */
const DIST = path.join(__dirname, '../../dist');
/** Where the build puts the dashboard. */
const WEB_FOLDER = path.join(DIST, 'web');
/** The dashboard's own operations, which the build lists beside it. */
const PAGES_OPERATIONS = path.join(DIST, 'persisted-operations.json');

/** What a gateway is given besides what every role has. */
export interface GatewayParts {
  readonly token: TokenConfig;
  /** Made up at start where no key is configured. */
  readonly developmentKey: KeyObject | undefined;
  readonly database: Database;
  readonly changes: OpenedChanges;
  readonly calendar: BusinessCalendar;
  readonly monitoring: Metrics;
  /** Where messages are taken over HTTP, when there is no Kafka. */
  readonly embeddedSource: EmbeddedSource | undefined;
}

/**
 * Opens the front door.
 *
 * @returns the port that it listens on
 */
export async function startGateway(
  config: Config,
  { lifecycle, log, clock }: Surroundings & { readonly clock: Clock },
  parts: GatewayParts,
): Promise<number> {
  const { token, developmentKey, database, calendar, monitoring, embeddedSource } = parts;
  const { cache, notifications, changes, rateLimiter } = parts.changes;
  const gateway = await createGateway({
    schema: buildSchema(),
    contextFor: createContextFor(config, { database, calendar, clock }),
    tokens: openVerifier(token, developmentKey, clock, { log, registry: monitoring.registry }),
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
    registry: monitoring.registry,
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

/** Makes the context of each operation: as it reads, from one statement or from a snapshot. */
function createContextFor(
  config: Config,
  { database, calendar, clock }: Pick<GatewayParts, 'database' | 'calendar'> & { readonly clock: Clock },
): ContextFor {
  const readsOf = createSharedReads(database);
  const industryRefreshMs = config.industryRefreshSeconds * 1_000;
  return (viewer, manners = {}) => {
    const {
      reads = 'one statement',
      signal,
      giveWay = noWay,
      mayGoOn = atOnce,
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
      giveWay,
      mayGoOn,
      close: () => snapshot.close(),
    });
  };
}

/** What others wait for as well is not cancelled: whoever has gone only waits for it no more. */
const unlessGone = (read: ReadFacts, gone: AbortSignal | undefined): ReadFacts =>
  gone === undefined ? read : (asked) => unlessAborted(gone, () => read(asked));

/** Where nobody is waiting, nobody need be let pass. */
const noWay = (): Promise<void> => Promise.resolve();
const atOnce = (): boolean => true;

/** The topics that can have dead letters: only what comes by Kafka becomes one. */
function deadLetterSources({ kafka, topicPrefix }: Config): readonly string[] {
  return kafka === undefined ? [] : TOPICS.map((topic) => topicPrefix + topic);
}
