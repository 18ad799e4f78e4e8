import type { Config } from '../config';
import type { BusinessCalendar } from '../domain/calendar';
import type { ChangePublisher } from '../messaging/changes/change-publisher';
import type { Clock } from '../runtime/clock';
import type { Database } from '../database/database';
import type { Metrics } from '../observability/metrics';
import { createDeadLetterTopic } from '../messaging/source/dead-letter-topic';
import type { EmbeddedSource } from '../messaging/source/embedded';
import type { KafkaSource } from '../messaging/source/kafka';
import { connectKafka } from '../messaging/source/kafka-connection';
import type { Instant } from '../domain/values';
import { CONNECTORS } from '../workers/connectors/connectors';
import { createPlatform } from '../workers/connectors/create-platform';
import { createConsumer } from '../workers/consumer';
import { createDeadLetterOutbox } from '../workers/dead-letters/outbox';
import { type IndustryOptions, refreshIndustries } from '../workers/industry';
import { TOPICS } from '../workers/messages/topics';
import { createPeriodic } from '../workers/periodic';
import type { PolledPlatform } from '../workers/polling/channel-poller';
import { createPoller, type PollerOptions } from '../workers/polling/poller';
import { createProgress } from '../workers/progress';
import { settleEvents, type SettlingOptions } from '../workers/settling';
import { createProjections } from '../workers/projections/registry';
import { isInProcess } from './source';
import type { Surroundings as GivenSurroundings } from './surroundings';

/** Whoever starts it has decided by now what time it is. */
type Surroundings = GivenSurroundings & { readonly clock: Clock };

/** What workers stand on. */
export interface Ground {
  readonly database: Database;
  readonly source: KafkaSource | EmbeddedSource;
  readonly changes: ChangePublisher;
  readonly calendar: BusinessCalendar;
  readonly monitoring: Metrics;
}

/** The write side: the consumer, the poller of platforms, the industry figures, the dead letters on their way out. */
export async function startWorkers(
  config: Config,
  surroundings: Surroundings,
  ground: Ground,
): Promise<void> {
  const { lifecycle, log, clock } = surroundings;
  const { source, changes, calendar, monitoring } = ground;
  // No reader waits for what a worker reads.
  const database = { ...ground.database, ...ground.database.background };
  const projections = createProjections(calendar);
  const applying = { database, projections, changePublisher: changes, clock };
  const consumer = createConsumer({ ...applying, source, log, metrics: monitoring.consuming });
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
  await startPolling(config, surroundings, { ...applying, metrics: monitoring.polling });
  startIndustryRefresh(config, surroundings, { database, calendar, clock });
  startSettling(surroundings, { database, calendar, clock });
  startDeadLetterOutbox(config, surroundings, database);
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

/** How long the figures of an event that was changed, or has just stopped moving with the days, are computed by each reader. */
const SETTLE_EVERY_MS = 10_000;

function startSettling({ lifecycle, log }: Surroundings, options: SettlingOptions): void {
  const settling = createPeriodic({
    name: 'settling of events',
    everyMs: SETTLE_EVERY_MS,
    work: () => settleEvents(options),
    log,
  });
  lifecycle.own('settling of events', settling);
  settling.start();
}

function startDeadLetterOutbox(
  { kafka, topicPrefix }: Config,
  { lifecycle, log }: Surroundings,
  database: Database,
): void {
  if (kafka === undefined) return;
  const client = connectKafka(kafka, log, 'debug');
  const outbox = createDeadLetterOutbox({
    database,
    topics: TOPICS.map((topic) => topicPrefix + topic),
    open: (topic) => createDeadLetterTopic(client, topic),
    log,
  });
  lifecycle.own('dead letters', outbox);
  outbox.start();
}
