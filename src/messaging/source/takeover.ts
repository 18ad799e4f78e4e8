import { setTimeout as sleep } from 'node:timers/promises';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import { retry } from '../../runtime/backoff';
import { findGap } from './find-gap';
import type { LogReader } from './kafka-log';
import { gapDetail, type LogGap } from './log-gap';
import { recognise } from './log-identity';
import type { OffsetFence, StoredOffset } from './offset-fence';
import type { OwnedPartition } from './owned-partition';
import type { Partition } from './source';

export interface TakeoverOptions {
  readonly fence: OffsetFence;
  readonly reader: LogReader;
  readonly log: Logger;
  /** Whether the partition is still this worker's. */
  readonly holds: (owned: OwnedPartition) => boolean;
}

/** How often a log is looked at that does not show yet what it must hold, and the pause between two looks. */
const LOOKS = 5;
const PAUSE_MS = 500;
/** Of a database or a broker that is away. */
const BACKOFF = { firstMs: 125, longestMs: 1_000 };

/**
 * Compares a partition's log with the database and returns where reading begins. Waits for a database or a broker that is
 * away as long as the partition belongs to this worker.
 *
 * @param row the stored offset, where it has just been read
 * @returns the offset to read from; undefined when the partition belongs to another worker
 */
export function createTakeover({ fence, reader, log, holds }: TakeoverOptions) {
  async function startOf(owned: OwnedPartition, row: StoredOffset | undefined): Promise<bigint> {
    const stored = row ?? (await readRow(owned));
    if (await isReplaced(stored)) {
      await startAnew(stored);
      // A current batch of the old log may have moved the offset in between: it is read again.
      return startOf(owned, undefined);
    }
    const gap = await findGap(reader, stored);
    if (gap === undefined) return beginAt(owned, stored);
    await passGap(stored, gap);
    return startOf(owned, undefined);
  }

  async function passGap(stored: StoredOffset, gap: LogGap): Promise<void> {
    const passed = await fence.passGap(stored, gap);
    if (passed === undefined) return;
    log.error(
      gapDetail(passed),
      'the log has deleted messages that were never read: have their senders send them again, and lengthen its retention',
    );
  }

  async function readRow({ topic, partition }: Partition): Promise<StoredOffset> {
    const [row] = await fence.read([{ topic, partition }]);
    return row ?? neverRead({ topic, partition });
  }

  async function isReplaced(stored: StoredOffset): Promise<boolean> {
    for (let look = 1; ; look += 1) {
      const recognition = await recognise(reader, stored);
      if (recognition !== 'unclear') return recognition === 'replaced';
      if (look === LOOKS) return true;
      await sleep(PAUSE_MS);
    }
  }

  async function startAnew(stored: StoredOffset): Promise<void> {
    log.warn(
      { ...nameOf(stored), storedOffset: stored.nextOffset },
      'the log is not the one that was read before: it was made anew or has lost its tail, and is read from its start',
    );
    await fence.startAnew(stored);
  }

  return async (owned: OwnedPartition, row?: StoredOffset): Promise<bigint | undefined> => {
    const fault = createFaultLog(
      log,
      { begins: 'a partition cannot be taken over yet', ends: 'a partition is taken over' },
      nameOf(owned),
    );
    let known = row;
    return retry({
      backoff: BACKOFF,
      async attempt() {
        if (!holds(owned)) return undefined;
        const offset = await startOf(owned, known);
        fault.worked();
        return holds(owned) ? offset : undefined;
      },
      onFailure(error) {
        known = undefined;
        fault.failed(error);
      },
    });
  };
}

function neverRead({ topic, partition }: Partition): StoredOffset {
  return { topic, partition, nextOffset: 0n, record: undefined };
}

function beginAt(owned: OwnedPartition, stored: StoredOffset): bigint {
  owned.begin(stored);
  return stored.nextOffset;
}

const nameOf = ({ topic, partition }: Partition): Partition => ({ topic, partition });
