import type { Clock } from '../runtime/clock';
import type { Database } from '../database/database';
import { type PartitionProgress, storeProgress } from '../database/partition-progress';
import type { Logger } from '../observability/log';
import { NotReady } from '../runtime/not-ready';
import type { KafkaSource } from '../messaging/source/kafka';
import { nameOf, type OwnedPartition } from '../messaging/source/owned-partition';
import type { Partition } from '../messaging/source/source';
import type { Instant } from '../domain/values';
import { createPeriodic, type Periodic } from './periodic';

export interface ProgressOptions {
  readonly source: KafkaSource;
  readonly failureOf: (partition: Partition) => unknown;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Whether a worker progresses, and not only lives. */
export interface Progress extends Periodic {
  /** @throws NotReady when the group is not joined, or a partition has lag and nothing of it is applied */
  check(): void;
}

/** A partition with lag of which nothing is applied for so long is stalled. */
const STALLED_AFTER_MS = 10_000;
const OBSERVE_EVERY_MS = 3_000;

/** Observes the partitions of this worker, and writes down how far each is behind for all gateways to tell. */
export function createProgress({ source, failureOf, database, clock, log }: ProgressOptions): Progress {
  let unreadSince: Instant | undefined;
  /** Partitions with something left to do: where they stand, and since when they have stood there. */
  const standing = new Map<string, { readonly applied: bigint; readonly since: number }>();

  function standsSince(owned: OwnedPartition): number {
    const known = standing.get(nameOf(owned));
    // Not recognised yet, it does not know where it stands; that it changes hands is no progress.
    if (known !== undefined && (known.applied === owned.applied || !owned.isRecognised)) return known.since;
    const since = performance.now();
    standing.set(nameOf(owned), { applied: owned.applied, since });
    return since;
  }

  /** @returns since when Kafka is not being read; undefined while it is */
  function observeSource(): Instant | undefined {
    unreadSince = source.status === 'running' ? undefined : (unreadSince ?? clock.now());
    return unreadSince;
  }

  function observe(owned: OwnedPartition): PartitionProgress {
    const { topic, partition, applied, readTo } = owned;
    const read = readTo > applied ? readTo : applied;
    const end = owned.end ?? read;
    const lag = end > read ? end - applied : 0n;
    const failure = failureOf(owned);
    const isWaiting = !owned.isRecognised || lag > 0n || failure !== undefined;
    if (!isWaiting) standing.delete(nameOf(owned));
    const standsMs = isWaiting ? performance.now() - standsSince(owned) : 0;
    const stalledSince =
      standsMs > STALLED_AFTER_MS ? ((clock.now() - Math.round(standsMs)) as Instant) : undefined;
    return {
      ...{ topic, partition, logEnd: end, lag, stalledSince },
      reason: stalledSince === undefined ? undefined : reasonOf(owned, failure),
    };
  }

  const stalled = (): readonly PartitionProgress[] =>
    source
      .partitions()
      .map(observe)
      .filter(({ stalledSince }) => stalledSince !== undefined);

  const periodic = createPeriodic({
    name: 'partition progress',
    everyMs: OBSERVE_EVERY_MS,
    work() {
      observeSource();
      const observed = source.partitions().map((owned) => ({ owned, progress: observe(owned) }));
      // Of one that is not recognised nothing is known to be told, but that it stands still.
      const told = observed.filter(
        ({ owned, progress }) => owned.end !== undefined || progress.stalledSince !== undefined,
      );
      return storeProgress(
        database.background,
        told.map(({ progress }) => progress),
        clock.now(),
      );
    },
    log,
  });

  return {
    ...periodic,
    check() {
      const since = observeSource();
      if (since !== undefined) {
        const { trouble: cause } = source;
        const reason = cause instanceof Error ? cause.message : `the source is ${source.status}`;
        const detail = { partitions: [], since: new Date(since).toISOString(), reason };
        throw new NotReady('Kafka is not being read.', detail, { cause });
      }
      const partitions = stalled();
      if (partitions.length > 0)
        throw new NotReady('Partitions do not progress.', { partitions: partitions.map(toDetail) });
    },
  };
}

function reasonOf(owned: OwnedPartition, failure: unknown): string {
  if (failure instanceof Error) return failure.message;
  return owned.isRecognised
    ? 'the broker brings nothing of it'
    : 'the log could not be held against the database yet';
}

function toDetail({ topic, partition, lag, stalledSince, reason }: PartitionProgress): object {
  const since = stalledSince === undefined ? undefined : new Date(stalledSince).toISOString();
  return { topic, partition, lag: Number(lag), since, reason };
}
