import { existsSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import type { Server } from '../../harness/servers/server';

/** Before each batch: its first offset (8 bytes) and how many bytes follow (4). */
const BATCH_HEAD = 12;
/** Within a batch: the last record's offset, counted from the first's. */
const LAST_OFFSET_DELTA = 23;

/**
 * Removes the tail of a partition's log, as if the broker had not written it to disk. The broker must be stopped.
 *
 * @param keepBelow records from this offset on are removed, with the whole batch of the first
 * @returns the new end of the log
 */
export function cutTail(kafka: Server, topic: string, partition: number, keepBelow: bigint): bigint {
  const data = path.join(kafka.folder, 'data');
  const folder = path.join(data, `${topic}-${partition}`);
  const segments = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort();
  let end = 0n;
  for (const segment of segments) {
    const start = BigInt(path.basename(segment, '.log'));
    if (start > keepBelow) removeSegment(folder, segment);
    else end = cutSegment(path.join(folder, segment), keepBelow, start);
  }
  // Removes derived files, which the broker rebuilds, and the mark of a clean shutdown.
  for (const name of readdirSync(folder))
    if (/\.(?:index|timeindex|txnindex|snapshot)$/.test(name)) rmSync(path.join(folder, name));
  for (const name of [
    '.kafka_cleanshutdown',
    'recovery-point-offset-checkpoint',
    'replication-offset-checkpoint',
  ])
    if (existsSync(path.join(data, name))) rmSync(path.join(data, name));
  return end;
}

function cutSegment(file: string, keepBelow: bigint, start: bigint): bigint {
  const bytes = readFileSync(file);
  let [at, end] = [0, start];
  while (at + BATCH_HEAD <= bytes.length) {
    const first = bytes.readBigInt64BE(at);
    const length = bytes.readInt32BE(at + 8);
    if (length <= 0 || at + BATCH_HEAD + length > bytes.length) break;
    const last = first + BigInt(bytes.readInt32BE(at + LAST_OFFSET_DELTA));
    if (last >= keepBelow) break;
    at += BATCH_HEAD + length;
    end = last + 1n;
  }
  truncateSync(file, at);
  return end;
}

function removeSegment(folder: string, segment: string): void {
  rmSync(path.join(folder, segment));
}
