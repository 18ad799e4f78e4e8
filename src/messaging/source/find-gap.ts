import { isOutOfRange, type LogReader } from './kafka-log';
import type { LogGap } from './log-gap';
import type { StoredOffset } from './offset-fence';
import type { Partition } from './source';

/** The broker answers with one whole record batch at the least. */
const ONE_BATCH = 1;

/**
 * Compares the beginning of a log with the stored offset, of a log that is known to be the one that was read before.
 *
 * @returns undefined when everything from the stored offset on can still be read
 * @throws when the broker does not answer
 */
export async function findGap(reader: LogReader, stored: StoredOffset): Promise<LogGap | undefined> {
  const { topic, partition, nextOffset, record } = stored;
  const low = (await reader.watermarks(topic)).get(partition)?.low ?? 0n;
  if (low <= nextOffset) return undefined;
  return {
    ...{ topic, partition },
    firstOffset: nextOffset,
    lastOffset: low - 1n,
    writtenAfter: toDate(record?.timestamp),
    writtenBefore: toDate(await timestampAt(reader, { topic, partition }, low)),
  };
}

async function timestampAt(
  reader: LogReader,
  { topic, partition }: Partition,
  offset: bigint,
): Promise<bigint | undefined> {
  try {
    const [first] = (await reader.read(topic, partition, offset, ONE_BATCH)).records;
    return first?.timestamp;
  } catch (error) {
    // More was deleted since: that is another gap, which is found once this one has been passed.
    if (isOutOfRange(error)) return undefined;
    throw error;
  }
}

const toDate = (milliseconds: bigint | undefined): Date | undefined =>
  milliseconds === undefined ? undefined : new Date(Number(milliseconds));
