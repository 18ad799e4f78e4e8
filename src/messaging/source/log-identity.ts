import { isOutOfRange, type LogReader } from './kafka-log';
import { markOf, type StoredOffset } from './offset-fence';

/**
 * Whether a log is the one that was read before.
 * - `same`: reading goes on at the stored offset.
 * - `replaced`: the topic was deleted and made anew, or the log has lost its tail. What it holds now has to be read from
 *   its start; that does no harm, since every message counts once however often it is read.
 * - `unclear`: the broker does not show the record yet, as a leader does that has just been elected. Look again.
 */
export type Recognition = 'same' | 'replaced' | 'unclear';

/**
 * Looks for the last record that was applied. An offset alone cannot tell: a new log may have outgrown it, and a broker
 * that lost its tail writes other records at the same offsets. In a compacted topic the record may be gone; then all
 * of it is read again, which is as exact.
 *
 * @throws when the broker does not answer, or there is no such topic
 */
export async function recognise(log: LogReader, stored: StoredOffset): Promise<Recognition> {
  const { topic, partition, nextOffset, record } = stored;
  if (nextOffset === 0n) return 'same';
  const marks = (await log.watermarks(topic)).get(partition);
  if (marks === undefined) return 'unclear';
  if (marks.end < nextOffset) return 'unclear';
  if (record === undefined) return 'same';
  // What retention has deleted shows nothing any more; a new log would hardly have lost so much already.
  if (record.offset < marks.low) return 'same';
  try {
    const slice = await log.read(topic, partition, record.offset, ONE_BATCH);
    const [found] = slice.records;
    if (found === undefined) return slice.nextOffset > record.offset ? 'replaced' : 'unclear';
    return isMarked(record, markOf(found)) ? 'same' : 'replaced';
  } catch (error) {
    if (isOutOfRange(error)) return 'replaced';
    throw error;
  }
}

/** The broker answers with one whole record batch at the least. */
const ONE_BATCH = 1;

type Mark = NonNullable<StoredOffset['record']>;

function isMarked(expected: Mark, found: Mark): boolean {
  return (
    found.offset === expected.offset &&
    found.digest === expected.digest &&
    (expected.timestamp === undefined || found.timestamp === expected.timestamp)
  );
}
