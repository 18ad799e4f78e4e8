import { statfs } from 'node:fs/promises';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';

/** Nothing can be stored until there is room on the disk. What is stored can be read. */
class DiskFull extends Error {
  override readonly name = 'DiskFull';
  /** PostgreSQL's own state of it: disk_full. */
  readonly code = '53100';
}

/** Whether a failure, or a cause below it, is that the disk is full. */
export function isDiskFull(error: unknown): boolean {
  for (let next = error; next instanceof Error; next = next.cause) if (next instanceof DiskFull) return true;
  return false;
}

export interface DiskReserve {
  /** @throws DiskFull when less than the reserve is free */
  check(): Promise<void>;
  freeBytes(): Promise<number>;
}

export const MEBIBYTE = 1024 * 1024;

/** For a database in memory. */
export const UNLIMITED: DiskReserve = {
  check: () => Promise.resolve(),
  freeBytes: () => Promise.resolve(Infinity),
};

export interface DiskReserveOptions {
  readonly folder: string;
  /** What has to be free for anything to be stored. */
  readonly bytes: number;
  readonly log: Logger;
}

/** Keeps room for what PostgreSQL must be able to write whatever happens: its log, and the repair of its files by it. */
export function createDiskReserve({ folder, bytes, log }: DiskReserveOptions): DiskReserve {
  const words = {
    begins: 'the disk is full: nothing is stored until there is room',
    ends: 'there is room on the disk again: messages are stored',
  };
  const fault = createFaultLog(log, words, { folder });
  const freeBytes = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };
  return {
    freeBytes,
    async check() {
      const free = await freeBytes();
      // A little more to begin with again, so that it does not begin and end all the time.
      const wanted = fault.isFailing ? bytes + bytes / 8 : bytes;
      if (free >= wanted) return fault.worked();
      const error = new DiskFull(
        `The disk of ${folder} is full: ${asMebibytes(free)} are free, and below ${asMebibytes(bytes)} nothing is stored. ` +
          'Make room on it; the service goes on by itself.',
      );
      fault.failed(error);
      throw error;
    },
  };
}

const asMebibytes = (bytes: number): string => `${Math.floor(bytes / MEBIBYTE)} MB`;
