import type { Config } from '../config';
import type { BusinessCalendar } from '../domain/calendar';
import type { ChangePublisher } from '../messaging/changes/change-publisher';
import type { Database } from '../database/database';
import type { Metrics } from '../observability/metrics';
import type { Tracer } from '../observability/traces/tracer';
import { createDeadLetterTopic } from '../messaging/source/dead-letter-topic';
import type { EmbeddedSource } from '../messaging/source/embedded';
import type { KafkaSource } from '../messaging/source/kafka';
import { connectKafka } from '../messaging/source/kafka-connection';
import type { Instant } from '../domain/values';
import { CONNECTORS } from '../workers/connectors/connectors';
import { createPlatform } from '../workers/connectors/create-platform';
import { createConsumer } from '../workers/consumer';
import { createDeadLetterOutbox, type DeadLetterOutboxOptions } from '../workers/dead-letters/outbox';
import { type IndustryOptions, refreshIndustries } from '../workers/industry';
import { createMessageReader } from '../workers/messages/shapes/reader';
import { TOPICS } from '../workers/messages/topics';
import { createPeriodic } from '../workers/periodic';
import type { PolledPlatform } from '../workers/polling/channel-poller';
import { createPoller, type PollerOptions } from '../workers/polling/poller';
import { createProgress } from '../workers/progress';
import { settleEvents, type SettlingOptions } from '../workers/settling';
import { digestsOf } from '../workers/projections/person-digests';
import { createProjections } from '../workers/projections/registry';
import { startRetention } from './retention';
import { isInProcess } from './source';
import type { RuntimeWithClock } from './runtime';

export interface WorkerDependencies {
  readonly database: Database;
  readonly source: KafkaSource | EmbeddedSource;
  readonly changes: ChangePublisher;
  readonly calendar: BusinessCalendar;
  readonly metrics: Metrics;
  /** Undefined where nothing is traced. */
  readonly tracer: Tracer | undefined;
}

/** Starts the write side: consumer, poller of platforms, industry averages, settling of events, retention, dead-letter outbox. */
export async function startWorkers(
  config: Config,
  runtime: RuntimeWithClock,
  dependencies: WorkerDependencies,
): Promise<void> {
  const { lifecycle, log, clock } = runtime;
  const { changes, calendar, metrics, tracer } = dependencies;
  // The connections for background work: those for readers stay free.
  const database = { ...dependencies.database, ...dependencies.database.background };
  if (config.isProduction && config.privacyKey === undefined) log.warn(NOBODY_CAN_BE_ERASED);
  const digests = digestsOf(config);
  const projections = createProjections(calendar, digests);
  const readMessage = createMessageReader(config.messageShapes);
  const applying = { database, projections, readMessage, digests, changePublisher: changes, clock };
  metrics.consuming.begin(TOPICS);
  const { source } = dependencies;
  const consumer = createConsumer({ ...applying, source, log, metrics: metrics.consuming, tracer });
  const progress = isInProcess(source)
    ? undefined
    : createProgress({
        source,
        failureOf: (partition) => consumer.failureOf(partition),
        database,
        clock,
        log,
      });
  lifecycle.own('consumer', consumer, { check: () => (progress ?? consumer).check() });
  await consumer.start();
  if (progress !== undefined) {
    lifecycle.own('partition progress', progress);
    progress.start();
  }
  await startPolling(config, runtime, { ...applying, metrics: metrics.polling });
  startIndustryRefresh(config, runtime, { database, calendar, clock });
  startSettling(runtime, { database, calendar, clock });
  startRetention(config, runtime, {
    database,
    calendar,
    clock,
    topics: isInProcess(source) ? [] : namedTopics(config),
  });
  startDeadLetterOutbox(config, runtime, { database, digests });
}

const NOBODY_CAN_BE_ERASED =
  'PRIVACY_KEY is not set: nobody can be forgotten, and messages that ask for it wait until it is (docs/privacy.md)';

/** A worker without platforms also starts the poller: it removes the polls of platforms that are no longer configured. */
async function startPolling(
  config: Config,
  runtime: RuntimeWithClock,
  options: Omit<PollerOptions, 'platforms' | 'log'>,
): Promise<void> {
  const { lifecycle, log } = runtime;
  const platforms = runtime.platforms ?? configuredPlatforms(config, runtime);
  if (platforms === undefined) return;
  const poller = createPoller({ ...options, platforms, log });
  lifecycle.own('poller', poller, { check: () => poller.check() });
  await poller.start();
}

function configuredPlatforms(
  { platforms }: Config,
  { clock, log }: RuntimeWithClock,
): PolledPlatform[] | undefined {
  return platforms?.map((platform) => ({
    platform: createPlatform(platform, CONNECTORS[platform.parser], { clock, log }),
    intervalMs: platform.intervalMs,
    concurrency: platform.concurrency,
  }));
}

/** Checks four times in the time that the averages may be old, so that several workers together keep within it. */
function startIndustryRefresh(
  { industryRefreshSeconds }: Config,
  { lifecycle, clock, log }: RuntimeWithClock,
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

/** How long readers compute an event themselves after it was changed or stopped depending on the date. */
const SETTLE_EVERY_MS = 10_000;

function startSettling({ lifecycle, log }: RuntimeWithClock, options: SettlingOptions): void {
  const settling = createPeriodic({
    name: 'settling of events',
    everyMs: SETTLE_EVERY_MS,
    work: () => settleEvents(options),
    log,
  });
  lifecycle.own('settling of events', settling);
  settling.start();
}

const namedTopics = ({ topicPrefix }: Config): readonly string[] =>
  TOPICS.map((topic) => topicPrefix + topic);

function startDeadLetterOutbox(
  config: Config,
  { lifecycle, log }: RuntimeWithClock,
  { database, digests }: Pick<DeadLetterOutboxOptions, 'database' | 'digests'>,
): void {
  const { kafka } = config;
  if (kafka === undefined) return;
  const client = connectKafka(kafka, log, 'debug');
  const outbox = createDeadLetterOutbox({
    database,
    topics: namedTopics(config),
    open: (topic) => createDeadLetterTopic(client, topic),
    digests,
    log,
  });
  lifecycle.own('dead letters', outbox);
  outbox.start();
}
