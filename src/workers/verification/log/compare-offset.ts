import { setTimeout as pause } from 'node:timers/promises';
import type { LogReader, Watermarks } from '../../../messaging/source/kafka-log';
import { findGap } from '../../../messaging/source/find-gap';
import type { LogGap } from '../../../messaging/source/log-gap';
import { recognise } from '../../../messaging/source/log-identity';
import type { StoredOffset } from '../../../messaging/source/offset-fence';

/** The stored offset of a partition compared with its log. */
export interface ComparedOffset extends Watermarks {
  /** The stored offset, where reading goes on. */
  readonly nextOffset: bigint;
  /** What Kafka has deleted ahead of it, which no worker has noticed yet. */
  readonly gap: LogGap | undefined;
  /** What is wrong already, before any record is looked at; each in one line. */
  readonly findings: readonly string[];
}

/** A leader that has just been elected does not show all of its log at once. */
const LOOKS = 5;
const PAUSE_MS = 500;

/** Compares a stored offset with the log. @throws what the reader throws */
export async function compareOffset(reader: LogReader, stored: StoredOffset): Promise<ComparedOffset> {
  for (let look = 1; ; look += 1) {
    const recognition = await recognise(reader, stored);
    const marks = (await reader.watermarks(stored.topic)).get(stored.partition) ?? { low: 0n, end: 0n };
    const isSettled =
      recognition === 'replaced' || (recognition === 'same' && marks.end >= stored.nextOffset);
    if (!isSettled && look < LOOKS) {
      await pause(PAUSE_MS);
      continue;
    }
    const isReplaced = recognition === 'replaced';
    return {
      ...marks,
      nextOffset: stored.nextOffset,
      gap: isReplaced ? undefined : await findGap(reader, stored),
      findings: findingsOf(stored, marks, isReplaced),
    };
  }
}

function findingsOf(
  { topic, partition, nextOffset, record }: StoredOffset,
  { end }: Watermarks,
  isReplaced: boolean,
): string[] {
  const place = `${topic}/${partition}`;
  if (isReplaced)
    return [
      `another log: ${place}: it does not hold the record that was applied last, at ${record?.offset ?? nextOffset}`,
    ];
  if (end < nextOffset)
    return [
      `beyond the log: ${place}: ends at ${end}, but the database says that it is read up to ${nextOffset}`,
    ];
  return [];
}
