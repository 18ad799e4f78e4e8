import type { Bulkhead } from '../auth/bulkhead';
import type { Readers } from '../auth/readers';
import type { Config } from '../config';
import type { Database } from '../database/database';
import { readProgress } from '../database/partition-progress';
import type { PlatformReport } from '../database/platform-states';
import { countByState } from '../database/dead-letters/letter-counts';
import { waitingLetters } from '../database/dead-letters/waiting-letters';
import {
  registerBulkheadMetrics,
  registerDeadLetterMetrics,
  registerGapMetrics,
  registerLetterCounts,
  registerPartitionMetrics,
  registerPlatformMetrics,
  registerRetentionMetrics,
} from '../gateway/gauges';
import type { Live } from '../gateway/live/live';
import { registerLiveMetrics } from '../gateway/live/metrics';
import { registerReaderMetrics } from '../gateway/reader-metrics';
import { type CountRequest, createRequestMetrics } from '../gateway/request-metrics';
import { createKeptRead, createSingleFlightRead, type SingleFlightRead } from '../gateway/single-flight-read';
import { countRetention, countSealedEvents, oldestNoticeSeconds } from '../database/sealed-counts';
import type { RecordedGap } from '../messaging/source/log-gap';
import type { Metrics } from '../observability/metrics';
import type { Clock } from '../runtime/clock';
import { TOPICS } from '../workers/messages/topics';

export interface GatewayMetricsDependencies {
  readonly registry: Metrics['registry'];
  readonly database: Database;
  readonly platforms: SingleFlightRead<readonly PlatformReport[]>;
  readonly gaps: SingleFlightRead<readonly RecordedGap[]>;
  readonly live: Live;
  readonly bulkhead: Bulkhead;
  readonly readers: Readers;
  readonly bases: readonly string[];
  readonly clock: Clock;
}

/** The metrics of a gateway, and those that it reads from the database in place of all workers. */
export function registerGatewayMetrics(
  config: Config,
  dependencies: GatewayMetricsDependencies,
): CountRequest {
  const { registry, database, platforms, gaps, live, bulkhead, readers, bases, clock } = dependencies;
  const topics = deadLetterTopics(config);
  registerPlatformMetrics(registry, platforms, clock);
  registerPartitionMetrics(
    registry,
    createSingleFlightRead(() => readProgress(database)),
    clock,
  );
  registerGapMetrics(registry, gaps);
  registerDeadLetterMetrics(
    registry,
    createSingleFlightRead(() => waitingLetters(database, topics)),
  );
  registerLetterCounts(
    registry,
    createSingleFlightRead(() => countByState(database)),
  );
  registerReaderMetrics(registry, readers);
  registerRetentionMetrics(registry, {
    counts: createSingleFlightRead(() => countRetention(database)),
    sealed: readOnceAMinute(() => countSealedEvents(database)),
    oldestNotice: readOnceAMinute(() => oldestNoticeSeconds(database)),
  });
  registerLiveMetrics(registry, live);
  registerBulkheadMetrics(registry, bulkhead);
  return createRequestMetrics(registry, bases);
}

const MINUTE_MS = 60_000;

/** What is looked at row by row, and changes slowly. */
const readOnceAMinute = <T>(read: () => Promise<T>): SingleFlightRead<T> =>
  createKeptRead(createSingleFlightRead(read), MINUTE_MS);

/** The topics that can have dead letters: only messages from Kafka become dead letters. */
function deadLetterTopics({ kafka, topicPrefix }: Config): readonly string[] {
  return kafka === undefined ? [] : TOPICS.map((topic) => topicPrefix + topic);
}
