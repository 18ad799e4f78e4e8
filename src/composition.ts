// Ahead of everything that is decorated, whichever of it comes first.
import 'reflect-metadata';
import path from 'node:path';
import type { KeyObject } from 'node:crypto';
import { holderOf } from './auth/admission';
import { createDevelopmentKey } from './auth/dev-token';
import { openChanges } from './composition/changes';
import { openDatabase } from './composition/database';
import { isInProcess, openSource } from './composition/source';
import type { Surroundings } from './composition/surroundings';
import { openVerifier } from './composition/verifier';
import { startWorkers } from './composition/workers';
import type { Config } from './config';
import { createReadEventSizes } from './gateway/cost/event-sizes';
import type { ContextFor } from './gateway/execute';
import { createGateway } from './gateway/gateway';
import { findWebBuild } from './gateway/web/folder';
import { createBusinessCalendar } from './metrics/calendar';
import { createTolerantCache } from './platform/cache/tolerant';
import type { Clock } from './platform/clock';
import type { Database } from './platform/database/database';
import { cancellable, unlessAborted } from './platform/database/cancellable';
import { openSnapshot, withoutSnapshot } from './platform/database/snapshot';
import { readProgress } from './platform/database/partition-progress';
import { createMonitoring } from './platform/monitoring/monitoring';
import type { EmbeddedSource } from './platform/source/embedded';
import { waitingLetters } from './platform/statistics/dead-letters';
import { type ReadFacts, readFactsOver } from './platform/statistics/facts/read-facts';
import { createSharedReads } from './platform/statistics/facts/shared-reads';
import { platformReports } from './platform/statistics/platforms';
import { buildSchema } from './resolvers/build-schema';
import { createContext } from './resolvers/context';
import { TOPICS } from './workers/messages/topics';

export type { Surroundings } from './composition/surroundings';

export interface Service {
  /** The port that the gateway listens on; undefined without that role. */
  readonly port: number | undefined;
  /** The key made up at start where none is configured, to sign development tokens with. */
  readonly developmentKey: KeyObject | undefined;
  /** Where messages come in when there is no Kafka. */
  readonly embeddedSource: EmbeddedSource | undefined;
  readonly database: Database;
  /** The one that all of it goes by. */
  readonly clock: Clock;
}

/** Where the build puts the dashboard; the same from src as from dist. */
const WEB_FOLDER = path.join(__dirname, '../dist/web');
/** The dashboard's own operations, which the build lists beside it. */
const PAGES_OPERATIONS = path.join(__dirname, '../dist/persisted-operations.json');

/**
 * Puts the parts together and starts them, from the ground up. Each is handed to the lifecycle beside its opening, so
 * that stopping, or failing half-way, closes exactly what was opened, in reverse.
 */
export async function startService(config: Config, surroundings: Surroundings): Promise<Service> {
  const { lifecycle, log } = surroundings;
  const calendar = createBusinessCalendar(config.businessTimeZone);
  const database = await openDatabase(config, surroundings);
  const clock = surroundings.clock ?? database.clock;
  lifecycle.own('database', database, { check: () => database.check() });
  const { cache, notifications, changes, rateLimiter } = await openChanges(
    config,
    surroundings,
    database,
    clock,
  );

  const monitoring = createMonitoring();
  const source = openSource(config, surroundings, database);
  if (config.roles.has('worker')) {
    await startWorkers(
      config,
      { ...surroundings, clock },
      { database, source, changes, calendar, monitoring },
    );
  }

  const embeddedSource = isInProcess(source) ? source : undefined;
  const developmentKey = config.token?.keySource.kind === 'development' ? createDevelopmentKey() : undefined;
  if (config.token === undefined) return { port: undefined, developmentKey, embeddedSource, database, clock };

  const readsOf = createSharedReads(database);
  const industryRefreshMs = config.industryRefreshSeconds * 1_000;
  const contextFor: ContextFor = (viewer, manners = {}) => {
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
  const gateway = await createGateway({
    schema: buildSchema(),
    contextFor,
    tokens: openVerifier(config.token, developmentKey, clock, { log, registry: monitoring.registry }),
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
  const port = await gateway.listen(config.http.host, config.http.port);
  return { port, developmentKey, embeddedSource, database, clock };
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
