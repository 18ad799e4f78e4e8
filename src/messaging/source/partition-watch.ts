import type { LogReader } from './kafka-log';
import type { OffsetFence } from './offset-fence';
import { nameOf, type OwnedPartition } from './owned-partition';

/** Looks from time to time at partitions on which nothing arrives: database and log may go back all the same. */
export interface PartitionWatch {
  start(): void;
  stop(): void;
}

export interface PartitionWatchOptions {
  readonly fence: OffsetFence;
  readonly reader: LogReader;
  readonly holds: (owned: OwnedPartition) => boolean;
  /** Those whose log has been recognised. */
  readonly all: () => readonly OwnedPartition[];
  /** Whether nothing is being applied of it at this moment. */
  readonly isIdle: (owned: OwnedPartition) => boolean;
  readonly onWentBack: (owned: OwnedPartition, what: string) => void;
}

const LOOK_EVERY_MS = 3_000;

export function createPartitionWatch({
  fence,
  reader,
  holds,
  all,
  isIdle,
  onWentBack,
}: PartitionWatchOptions): PartitionWatch {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  /** What has been applied since the rows were asked for is not missed in them. */
  async function lookAtRows(): Promise<void> {
    const before = new Map(
      all()
        .filter(isIdle)
        .map((owned) => [owned, owned.applied]),
    );
    if (before.size === 0) return;
    const rows = await fence.read([...before.keys()]);
    const stored = new Map(rows.map((row) => [nameOf(row), row.nextOffset]));
    for (const [owned, applied] of before) {
      if (!holds(owned) || !owned.isRecognised || !isIdle(owned)) continue;
      if ((stored.get(nameOf(owned)) ?? 0n) < applied)
        onWentBack(owned, 'the database has gone back: reading again');
    }
  }

  async function lookAtLogs(): Promise<void> {
    const before = new Map(all().map((owned) => [owned, owned.applied]));
    if (before.size === 0) return;
    const ends = await reader.ends([...new Set(all().map((owned) => owned.topic))]);
    for (const owned of all()) {
      owned.endsAt(ends.get(owned.topic)?.get(owned.partition));
      const applied = before.get(owned);
      if (owned.end !== undefined && applied !== undefined && owned.end < applied && isIdle(owned))
        onWentBack(owned, 'the log ends before what was applied: looking whether it is another one');
    }
  }

  async function look(): Promise<void> {
    // What is away now is looked at the next time; the consumer and the source log that it is away.
    await Promise.allSettled([lookAtRows(), lookAtLogs()]);
    if (!isStopped) timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  }

  return {
    start() {
      if (!isStopped) void look();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
