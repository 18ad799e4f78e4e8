import type { Database } from '../../../database/database';
import { readGapsOf } from '../../../database/log-gaps';
import { describeGap, type LogGap } from '../../../messaging/source/log-gap';
import type { LogReader, LogRecord } from '../../../messaging/source/kafka-log';
import type { StoredOffset } from '../../../messaging/source/offset-fence';
import type { Partition } from '../../../messaging/source/source';
import { createOffsetFence } from '../../../database/offsets';
import { CannotTell, readLog } from './read-log';
import { type ComparedTopic, compareRecords, type Missing } from './compare-records';
import { compareOffset } from './compare-offset';

/** What a partition's log holds, counted in messages: inLog = applied + deadLetters + sealed + notAppliedYet + missing. */
export interface PartitionReport extends Partition {
  readonly inLog: number;
  readonly applied: number;
  readonly deadLetters: number;
  /** Of events and days that are sealed: applied or not, nothing tells it any more. */
  readonly sealed: number;
  /** Behind the stored offset: a worker will apply them. */
  readonly notAppliedYet: number;
  readonly missing: number;
  /** When its oldest message was written, as the broker has it; undefined where there is none. */
  readonly oldest: Date | undefined;
  /** What else is wrong with the partition, each in one line. */
  readonly findings: readonly string[];
}

export interface VerifyPartitionOptions {
  readonly database: Database;
  readonly reader: LogReader;
  readonly topic: ComparedTopic;
  /** Called for each message that is missing. */
  readonly onMissing: (missing: Missing) => void;
  /** @param place `participant.registered/0: 120000 of 500000`, in offsets */
  readonly onProgress: (text: () => string) => void;
}

/** Compared by one statement: as many as a worker applies in one transaction. */
const RECORDS_AT_ONCE = 5_000;

/**
 * Compares a partition's log with the raw rows, from the oldest record that it still has to the newest committed one.
 * The service may run at the same time: only what lay before the stored offset at the beginning must be there.
 *
 * @throws CannotTell when the log cannot be read, or the database goes back in between
 */
export async function verifyPartition(
  { database, reader, topic, onMissing, onProgress }: VerifyPartitionOptions,
  place: Partition,
): Promise<PartitionReport> {
  const stored = await readStored(database, place);
  const { low, end, nextOffset, gap, findings } = await compareOffset(reader, stored);
  // Read behind the stored offset: a worker that has noticed the gap since keeps it, and both tell of it.
  const gaps = withUnnoticed(await readGapsOf(database.background, place), gap);
  let oldest: Date | undefined;
  const counts = { inLog: 0, applied: 0, deadLetters: 0, sealed: 0, notAppliedYet: 0, missing: 0 };

  async function look(records: readonly LogRecord[]): Promise<void> {
    const found = await compareRecords(database.background, topic, place, records);
    counts.applied += found.applied;
    counts.deadLetters += found.deadLetters;
    counts.sealed += found.sealed;
    counts.missing += found.missing.length;
    found.missing.forEach(onMissing);
  }

  for await (const { records, nextOffset: at } of readLog(reader, place, low, end)) {
    oldest ??= writtenAt(records[0]);
    const passed = records.filter(({ offset }) => offset < nextOffset);
    counts.inLog += records.length;
    counts.notAppliedYet += records.length - passed.length;
    for (let start = 0; start < passed.length; start += RECORDS_AT_ONCE)
      await look(passed.slice(start, start + RECORDS_AT_ONCE));
    onProgress(() => `${place.topic}/${place.partition}: ${at - low} of ${end - low}`);
  }
  await requireStillThere(database, stored);
  return { ...place, ...counts, oldest, findings: [...findings, ...gaps.map(describeUnread)] };
}

function withUnnoticed(noticed: readonly LogGap[], gap: LogGap | undefined): readonly LogGap[] {
  const isNoticed = gap === undefined || noticed.some(({ firstOffset }) => firstOffset === gap.firstOffset);
  return isNoticed ? noticed : [...noticed, gap];
}

const writtenAt = (record: LogRecord | undefined): Date | undefined =>
  record?.timestamp === undefined ? undefined : new Date(Number(record.timestamp));

const describeUnread = (gap: LogGap): string => `deleted unread: ${describeGap(gap)}`;

/** A database that goes back during the comparison lacks what it held before: that is not missing. */
async function requireStillThere(database: Database, before: StoredOffset): Promise<void> {
  const now = await readStored(database, before);
  if (now.nextOffset >= before.nextOffset) return;
  throw new CannotTell(
    `The stored offset of ${before.topic}/${before.partition} has gone back from ${before.nextOffset} to ` +
      `${now.nextOffset} meanwhile. Run it again.`,
  );
}

async function readStored(database: Database, { topic, partition }: Partition): Promise<StoredOffset> {
  const [row] = await createOffsetFence(database).read([{ topic, partition }]);
  return row ?? { topic, partition, nextOffset: 0n, record: undefined };
}
