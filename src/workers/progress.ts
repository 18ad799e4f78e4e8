import type { Clock } from '../runtime/clock';
import type { Database } from '../database/database';
import { storeProgress, type ToldProgress } from '../database/partition-progress';
import type { Logger } from '../observability/log';
import { NotReady } from '../runtime/not-ready';
import type { KafkaSource } from '../messaging/source/kafka';
import { nameOf, type OwnedPartition } from '../messaging/source/owned-partition';
import type { Partition } from '../messaging/source/source';
import type { Instant } from '../domain/values';
import { createPeriodic, type Periodic } from './periodic';

export interface ProgressOptions {
  readonly source: Pick<KafkaSource, 'status' | 'partitions' | 'trouble'>;
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

/** Observes the partitions of this worker, and stores the lag of each for all gateways to show. */
export function createProgress({ source, failureOf, database, clock, log }: ProgressOptions): Progress {
  let unreadSince: Instant | undefined;
  /** Partitions with lag: their stored offset, and since when it has not moved. */
  const unmoved = new Map<string, { readonly applied: bigint; readonly since: number }>();

  function unmovedSince(owned: OwnedPartition): number {
    const known = unmoved.get(nameOf(owned));
    // Not recognised yet, its stored offset is unknown; that it changes its owner is no progress.
    if (known !== undefined && (known.applied === owned.applied || !owned.isRecognised)) return known.since;
    const since = performance.now();
    unmoved.set(nameOf(owned), { applied: owned.applied, since });
    return since;
  }

  /** @returns since when Kafka is not being read; undefined while it is */
  function observeSource(): Instant | undefined {
    unreadSince = source.status === 'running' ? undefined : (unreadSince ?? clock.now());
    return unreadSince;
  }

  function observe(owned: OwnedPartition): ToldProgress {
    const { topic, partition } = owned;
    const lag = lagOf(owned);
    const failure = failureOf(owned);
    const isWaiting = !owned.isRecognised || (lag ?? 0n) > 0n || failure !== undefined;
    if (!isWaiting) unmoved.delete(nameOf(owned));
    const unmovedMs = isWaiting ? performance.now() - unmovedSince(owned) : 0;
    const stalledSince =
      unmovedMs > STALLED_AFTER_MS ? ((clock.now() - Math.round(unmovedMs)) as Instant) : undefined;
    return {
      ...{ topic, partition, lag, stalledSince },
      logEnd: lag === undefined ? undefined : owned.end,
      // While the broker is away it is not known what has been sent.
      applied: lag === undefined || isOld(owned.endKnownAt) ? undefined : owned.applied,
      reason: stalledSince === undefined ? undefined : reasonOf(owned, failure),
    };
  }

  const stalled = (): readonly ToldProgress[] =>
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
      // Of one whose lag is not known it can be told that it does not progress.
      const known = observed.filter(
        ({ progress }) => progress.lag !== undefined || progress.stalledSince !== undefined,
      );
      return storeProgress(
        database.background,
        known.map(({ progress }) => progress),
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

/** Logs are looked at every few seconds. */
const END_KNOWN_FOR_MS = 30_000;
const isOld = (knownAt: number): boolean => performance.now() - knownAt > END_KNOWN_FOR_MS;

/** @returns undefined while the log is not recognised, or has not been looked at: it may hold anything */
function lagOf({ isRecognised, applied, readTo, end }: OwnedPartition): bigint | undefined {
  if (!isRecognised || end === undefined) return undefined;
  const read = readTo > applied ? readTo : applied;
  return end > read ? end - applied : 0n;
}

function reasonOf(owned: OwnedPartition, failure: unknown): string {
  if (failure instanceof Error) return failure.message;
  return owned.isRecognised
    ? 'the broker brings nothing of it'
    : 'the log could not be held against the database yet';
}

function toDetail({ topic, partition, lag, stalledSince, reason }: ToldProgress): object {
  const since = stalledSince === undefined ? undefined : new Date(stalledSince).toISOString();
  return { topic, partition, lag: lag === undefined ? null : Number(lag), since, reason };
}
