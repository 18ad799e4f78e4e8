import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second here, whatever the machine. */
const TICKS_A_SECOND = 100;
const KIBIBYTE = 1024;

/** @returns processor time in seconds since it began; 0 for a process that has ended, or runs on another machine */
export function processSeconds(pid: number): number {
  const stat = read(pid, 'stat');
  if (stat === undefined) return 0;
  // The name before it may hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** @returns the memory that it has been given, in bytes; 0 as above */
export function processRssBytes(pid: number): number {
  const [, kibibytes = 0] = /^VmRSS:\s+(\d+) kB/m.exec(read(pid, 'status') ?? '') ?? [];
  return Number(kibibytes) * KIBIBYTE;
}

function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
