import { setTimeout as pause } from 'node:timers/promises';
import { isOutOfRange, type LogReader, type LogSlice } from '../../../messaging/source/kafka-log';
import type { Partition } from '../../../messaging/source/source';

/** It cannot be found out whether anything is missing. The message is for the operator. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}

/** How often a stretch is asked for again that a broker does not show, and the pause in between. */
const LOOKS = 10;
const PAUSE_MS = 500;

/**
 * A partition's log between two offsets, a fetch at a time. While one slice is looked at, the next is fetched. What
 * retention deletes in between is skipped.
 *
 * @throws CannotTell when the broker does not show what the log must hold
 */
export async function* readLog(
  reader: LogReader,
  place: Partition,
  from: bigint,
  to: bigint,
): AsyncGenerator<LogSlice> {
  let coming = from < to ? readFrom(reader, place, from) : undefined;
  while (coming !== undefined) {
    const slice = await coming;
    coming = slice.nextOffset < to ? readFrom(reader, place, slice.nextOffset) : undefined;
    // The rejection is reported when the slice is awaited; until then it must not end the process as unhandled.
    coming?.catch(() => undefined);
    yield { ...slice, records: slice.records.filter(({ offset }) => offset < to) };
  }
}

async function readFrom(reader: LogReader, { topic, partition }: Partition, from: bigint): Promise<LogSlice> {
  for (let look = 1; look <= LOOKS; look += 1) {
    try {
      const slice = await reader.read(topic, partition, from);
      if (slice.nextOffset > from) return slice;
      await pause(PAUSE_MS);
    } catch (error) {
      if (!isOutOfRange(error)) throw error;
      const low = (await reader.watermarks(topic)).get(partition)?.low ?? 0n;
      if (low <= from) break;
      return { records: [], nextOffset: low };
    }
  }
  throw new CannotTell(`${topic}/${partition} cannot be read at ${from}, which it must hold.`);
}
