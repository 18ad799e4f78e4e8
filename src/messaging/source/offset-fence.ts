import type { LogGap, RecordedGap } from './log-gap';
import { type RecordContent, recordDigest } from './record-digest';
import type { Partition, RecordMark } from './source';

/** The stored offset of a partition, which decides where reading goes on. */
export interface StoredOffset extends Partition {
  readonly nextOffset: bigint;
  /** The last record before nextOffset; undefined when there was none, or it was not kept. */
  readonly record: RecordMark | undefined;
}

/** The stored offsets, as the reader of the log needs them. Every call rejects when the database is away. */
export interface OffsetFence {
  /** @returns the partitions that have been read before, in no particular order */
  read(partitions: readonly Partition[]): Promise<readonly StoredOffset[]>;
  /**
   * Reading begins at the start of the log again, since it is another log. Does nothing when the stored offset has
   * moved since: then another worker goes on with the partition.
   */
  startAnew(stored: StoredOffset): Promise<void>;
  /**
   * Reading goes on behind the gap, which is kept: offset and gap are written together, so that none is passed in silence.
   *
   * @returns what was kept; undefined when the stored offset has moved since, and nothing was done
   */
  passGap(stored: StoredOffset, gap: LogGap): Promise<RecordedGap | undefined>;
}

export function isSameMark(one: RecordMark | undefined, other: RecordMark | undefined): boolean {
  return one?.offset === other?.offset && one?.digest === other?.digest;
}

export interface MarkedRecord extends RecordContent {
  readonly offset: bigint;
  readonly timestamp?: bigint | undefined;
}

export function markOf(record: MarkedRecord): RecordMark {
  return { offset: record.offset, timestamp: record.timestamp, digest: recordDigest(record) };
}
