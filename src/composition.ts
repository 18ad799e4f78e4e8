import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import type { KeyObject } from 'node:crypto';
import { createDevelopmentKey } from './auth/dev-token';
import { createTokenVerifier, type TokenVerifier } from './auth/token';
import type { Config, TokenConfig } from './config';
import type { ContextFor } from './gateway/execute';
import { createGateway } from './gateway/gateway';
import { findWebBuild } from './gateway/web/folder';
import type { Lifecycle } from './lifecycle';
import { createBusinessCalendar } from './metrics/calendar';
import { forgetAtOnce } from './platform/cache/at-once';
import type { BodyCache } from './platform/cache/cache';
import { createInProcessCache } from './platform/cache/in-process';
import { createRedisCache } from './platform/cache/redis';
import { createTolerantCache } from './platform/cache/tolerant';
import { createChanges } from './platform/changes/changes';
import type { Clock } from './platform/clock';
import type { Database } from './platform/database/database';
import { openEmbedded } from './platform/database/embedded';
import { openPostgres } from './platform/database/postgres';
import { openSnapshot, withoutSnapshot } from './platform/database/snapshot';
import type { StatementListener } from './platform/database/statement-log';
import type { Logger } from './platform/log';
import { createMonitoring } from './platform/monitoring/monitoring';
import { createInProcessNotifications } from './platform/notifications/in-process';
import type { Notifications } from './platform/notifications/notifications';
import { createRedisNotifications } from './platform/notifications/redis';
import { createEmbeddedSource, type EmbeddedSource } from './platform/source/embedded';
import { createKafkaSource } from './platform/source/kafka';
import { connectKafka } from './platform/source/kafka-connection';
import type { MessageSource } from './platform/source/source';
import { eventIdsOf } from './platform/statistics/events';
import { platformReports } from './platform/statistics/platforms';
import { buildSchema } from './resolvers/build-schema';
import { createLoaders } from './resolvers/loaders/loaders';
import type { Instant } from './schema/values';
import { CONNECTORS } from './workers/channels/connectors';
import { createPlatform } from './workers/channels/create-platform';
import { createConsumer } from './workers/consumer';
import { type IndustryOptions, refreshIndustries } from './workers/industry';
import { TOPICS } from './workers/messages/topics';
import { createPeriodic } from './workers/periodic';
import type { PolledPlatform } from './workers/polling/channel-poller';
import { createPoller, type PollerOptions } from './workers/polling/poller';
import { createProjections } from './workers/projections/registry';

export interface Surroundings {
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
  readonly clock: Clock;
  /** Told when a part has given up for good and the process had better be started anew. */
  readonly onFatal: (error: Error) => void;
  readonly onStatement?: StatementListener;
  /** In place of the platforms that the configuration names. */
  readonly platforms?: readonly PolledPlatform[];
}

export interface Service {
  /** The port that the gateway listens on; undefined without that role. */
  readonly port: number | undefined;
  /** The key made up at start where none is configured, to sign development tokens with. */
  readonly developmentKey: KeyObject | undefined;
  /** Where messages come in when there is no Kafka. */
  readonly embeddedSource: EmbeddedSource | undefined;
  readonly database: Database;
}

const PREFIX = 'analytics:';

/** Where the build puts the dashboard; the same from src as from dist. */
const WEB_FOLDER = path.join(__dirname, '../dist/web');

/**
 * Puts the parts together and starts them, from the ground up. Each is handed to the lifecycle beside its opening, so
 * that stopping, or failing half-way, closes exactly what was opened, in reverse.
 */
export async function startService(config: Config, surroundings: Surroundings): Promise<Service> {
  const { lifecycle, log, clock } = surroundings;
  const calendar = createBusinessCalendar(config.businessTimeZone);
  const database = await openDatabase(config, surroundings);
  lifecycle.own('database', database, { check: () => database.check() });
  const { cache, notifications } = await openSharing(config, surroundings);
  const changes = createChanges({
    // What came in over HTTP is to be seen by the very next read; over Kafka a second is allowed.
    cache: config.kafka === undefined ? forgetAtOnce(cache) : cache,
    notifications,
    eventsOf: (stores) => eventIdsOf(database, stores),
    log,
  });
  lifecycle.own('changes', changes);

  const monitoring = createMonitoring();
  const source = openSource(config, surroundings);
  if (config.roles.has('worker')) {
    const projections = createProjections(calendar);
    const consumer = createConsumer({
      ...{ source, database, projections, changes, clock, log },
      figures: monitoring.consuming,
    });
    lifecycle.own('consumer', consumer, { check: () => consumer.check() });
    await consumer.start();
    await startPolling(config, surroundings, {
      database,
      projections,
      changes,
      clock,
      figures: monitoring.polling,
    });
    startIndustryRefresh(config, surroundings, { database, calendar, clock });
  }

  const embeddedSource = isInProcess(source) ? source : undefined;
  const developmentKey = config.token?.keySource.kind === 'development' ? createDevelopmentKey() : undefined;
  if (config.token === undefined) return { port: undefined, developmentKey, embeddedSource, database };

  const industryRefreshMs = config.industryRefreshSeconds * 1_000;
  const contextFor: ContextFor = (viewer, reads = 'a snapshot') => {
    const now = clock.now();
    const snapshot = reads === 'a snapshot' ? openSnapshot(database) : withoutSnapshot(database);
    return {
      viewer,
      now,
      calendar,
      industryRefreshMs,
      sql: snapshot.sql,
      loaders: createLoaders(snapshot.sql, calendar, now),
      close: () => snapshot.close(),
    };
  };
  const gateway = await createGateway({
    schema: buildSchema(),
    contextFor,
    tokens: openVerifier(config.token, developmentKey, clock),
    notifications,
    cache: createTolerantCache(cache, log),
    cacheTtlMs: config.cacheTtlSeconds * 1_000,
    basePath: config.http.basePath,
    clock,
    log,
    readiness: () => lifecycle.readiness(),
    platformReports: () => platformReports(database),
    registry: monitoring.registry,
    web: findWebBuild(WEB_FOLDER),
    businessTimeZone: config.businessTimeZone,
    servesExplorers: config.http.servesExplorers,
    devEvents:
      config.takesDevEvents && embeddedSource
        ? { source: embeddedSource, changes, topics: TOPICS, maxBytes: config.http.maxBodyBytes }
        : undefined,
  });
  lifecycle.own('gateway', () => gateway.stop(), { drain: () => gateway.close() });
  const port = await gateway.listen(config.http.host, config.http.port);
  return { port, developmentKey, embeddedSource, database };
}

function openDatabase({ database }: Config, { log, onStatement }: Surroundings): Promise<Database> {
  const listener = onStatement && { onStatement };
  if (database.kind === 'embedded') {
    mkdirSync(database.folder, { recursive: true });
    return openEmbedded({ folder: database.folder, ...listener });
  }
  const onIdleError = (error: Error): void =>
    log.warn({ err: error }, 'an idle database connection was lost');
  return openPostgres({ url: database.url, poolSize: database.poolSize, onIdleError, ...listener });
}

/** What processes share beside the database: finished bodies, and word of what has changed. */
interface Sharing {
  readonly cache: BodyCache;
  readonly notifications: Notifications;
}

async function openSharing(
  { redisUrl, isEmbedded }: Config,
  { lifecycle, log }: Surroundings,
): Promise<Sharing> {
  if (redisUrl === undefined) {
    if (!isEmbedded)
      log.warn('without REDIS_URL this process must be the only one: others would not hear of its changes');
    return { cache: createInProcessCache(), notifications: createInProcessNotifications() };
  }
  const open = async (options: RedisOptions): Promise<Redis> => {
    const redis = new Redis(redisUrl, { ...REDIS_OPTIONS, ...options });
    redis.on('error', (error) => log.debug({ err: error }, 'the connection to Redis failed'));
    lifecycle.own('redis', () => redis.disconnect());
    await redis.connect().catch((error: unknown) => log.warn({ err: error }, 'Redis cannot be reached yet'));
    return redis;
  };
  // Nothing is queued for a cache that is away, and no answer is waited for long. A subscription, on the other hand,
  // is made once Redis is there, however long that takes.
  const redis = await open({ enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 500 });
  const subscriber = await open({ enableOfflineQueue: true, maxRetriesPerRequest: null });
  const notifications = createRedisNotifications({ publisher: redis, subscriber, prefix: PREFIX, log });
  lifecycle.own('notifications', notifications);
  return { cache: createRedisCache(redis, PREFIX), notifications };
}

const REDIS_OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectTimeout: 5_000,
  enableAutoPipelining: true,
  retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
};

function openSource(config: Config, { log, onFatal }: Surroundings): MessageSource {
  if (config.kafka === undefined) {
    // A worker alone has been started by a command, which brings its own.
    if (!config.takesDevEvents && config.roles.has('gateway'))
      log.warn('without KAFKA_BROKERS no messages can come in');
    return createEmbeddedSource();
  }
  return createKafkaSource({
    kafka: connectKafka(config.kafka, log),
    groupId: config.kafka.groupId,
    topics: TOPICS,
    topicPrefix: config.topicPrefix,
    log,
    onFatal,
  });
}

function isInProcess(source: MessageSource): source is EmbeddedSource {
  return 'deliver' in source;
}

/** A worker without platforms still forgets what was configured before, so that nothing goes on failing for ever. */
async function startPolling(
  config: Config,
  surroundings: Surroundings,
  options: Omit<PollerOptions, 'platforms' | 'log'>,
): Promise<void> {
  const { lifecycle, log } = surroundings;
  const platforms = surroundings.platforms ?? configuredPlatforms(config, surroundings);
  if (platforms === undefined) return;
  const poller = createPoller({ ...options, platforms, log });
  lifecycle.own('poller', poller, { check: () => poller.check() });
  await poller.start();
}

function configuredPlatforms(
  { platforms }: Config,
  { clock, log }: Surroundings,
): PolledPlatform[] | undefined {
  return platforms?.map((platform) => ({
    platform: createPlatform(platform, CONNECTORS[platform.parser], { clock, log }),
    intervalMs: platform.intervalMs,
    concurrency: platform.concurrency,
  }));
}

/** Looked at four times in the time that the figures may be old, so that several workers together keep to it. */
function startIndustryRefresh(
  { industryRefreshSeconds }: Config,
  { lifecycle, clock, log }: Surroundings,
  options: IndustryOptions,
): void {
  const intervalMs = industryRefreshSeconds * 1_000;
  const refresh = createPeriodic({
    name: 'industry figures',
    everyMs: intervalMs / 4,
    work: () => refreshIndustries(options, (clock.now() - intervalMs / 2) as Instant),
    log,
  });
  lifecycle.own('industry figures', refresh);
  refresh.start();
}

function openVerifier(
  token: TokenConfig,
  developmentKey: KeyObject | undefined,
  clock: Clock,
): TokenVerifier {
  const { keySource, algorithm, issuer, audience } = token;
  const options = { algorithm, issuer, audience, clock };
  if (keySource.kind !== 'development') return createTokenVerifier(keySource, options);
  if (developmentKey === undefined)
    throw new Error('A development key must be made before tokens are verified.');
  return createTokenVerifier({ kind: 'secret', key: developmentKey }, options);
}
