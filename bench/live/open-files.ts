import { readFileSync } from 'node:fs';
import { UsageError } from './options';

/** What a process needs beside its sockets. */
const SPARE = 500;

/** How many files a process may have open; undefined where the system does not say. */
export function openFilesLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** @throws UsageError saying what to do, when one process may not hold so many sockets */
export function requireOpenFiles(sockets: number): void {
  const limit = openFilesLimit();
  if (limit === undefined || limit >= sockets + SPARE) return;
  throw new UsageError(
    `A process may have ${limit} files open here, and ${sockets} sockets want ${sockets + SPARE}: ` +
      `run "ulimit -n ${sockets + SPARE}" first, or ask for fewer with --subscribers.`,
  );
}
