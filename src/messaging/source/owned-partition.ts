import { markOf, type StoredOffset } from './offset-fence';
import type { Partition, SourceMessage, RecordMark } from './source';

/** A partition that the group has given to this worker, for as long as it has it. */
export class OwnedPartition implements Partition {
  readonly topic: string;
  readonly partition: number;
  /** Nothing is read before the log has been compared with the database. */
  isRecognised = false;
  /** What lies before this offset is in the database. */
  applied = 0n;
  /** The offset read to: behind `applied` once control records and aborted messages have been passed over. */
  readTo = 0n;
  /** The last record that was applied, by which the log is recognised. */
  record: RecordMark | undefined;
  /** The end of what can be read, when last looked at; undefined before that. */
  end: bigint | undefined;
  /** When that was, by performance.now(). */
  endLookedAt = -Infinity;
  /** When the log was last known to be the same, by performance.now(): it was looked at, or a batch of it was fetched. */
  recognisedAt = -Infinity;

  constructor({ topic, partition }: Partition) {
    this.topic = topic;
    this.partition = partition;
  }

  /** Reading begins behind what the database holds. */
  begin(stored: StoredOffset): void {
    this.applied = stored.nextOffset;
    this.record = stored.record;
    this.readTo = stored.nextOffset;
    this.recognisedAt = -Infinity;
    this.isRecognised = true;
  }

  /**
   * A batch that ends with the message, and behind which reading goes on at the offset, has been applied.
   *
   * @param fetchedAt by performance.now(): since then the log may have become another one
   */
  advance(last: SourceMessage, nextOffset: bigint, fetchedAt: number): void {
    this.applied = nextOffset;
    this.record = markOf(last);
    this.passOver(nextOffset);
    this.recognisedAt = fetchedAt;
  }

  /** What lies before the offset has been read, and there was nothing in it to be applied. */
  passOver(nextOffset: bigint): void {
    this.readTo = nextOffset;
  }

  /** What can be read was seen to end there just now. */
  endsAt(end: bigint | undefined): void {
    this.end = end;
    this.endLookedAt = performance.now();
  }

  get stored(): StoredOffset {
    const { topic, partition, applied, record } = this;
    return { topic, partition, nextOffset: applied, record };
  }
}

export const nameOf = ({ topic, partition }: Partition): string => `${topic}/${partition}`;

/** The partitions of this worker. After a rebalance even one that stays here is owned anew. */
export class Assignment {
  private owned = new Map<string, OwnedPartition>();

  /** @param topics partitions by topic, as KafkaJS gives them */
  replace(topics: Readonly<Record<string, readonly number[]>>): readonly OwnedPartition[] {
    const all = Object.entries(topics).flatMap(([topic, partitions]) =>
      partitions.map((partition) => new OwnedPartition({ topic, partition })),
    );
    this.owned = new Map(all.map((partition) => [nameOf(partition), partition]));
    return all;
  }

  find(partition: Partition): OwnedPartition | undefined {
    return this.owned.get(nameOf(partition));
  }

  holds(owned: OwnedPartition): boolean {
    return this.owned.get(nameOf(owned)) === owned;
  }

  all(): readonly OwnedPartition[] {
    return [...this.owned.values()];
  }

  clear(): void {
    this.owned.clear();
  }
}
