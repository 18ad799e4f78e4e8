import { readFileSync } from 'node:fs';

/** What Linux has counted for a process since its start, in milliseconds. All 0 where it counts nothing. */
export interface Processor {
  /** How long its main thread waited for a processor. */
  readonly waitedMs: number;
  /** How long its other threads ran, mostly garbage collection. */
  readonly besidesMs: number;
}

/** Linux counts in hundredths of a second here, whatever the machine. */
const TICK_MS = 10;

export function processorOf(pid: number): Processor {
  try {
    const [ran, waited] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ').map(Number);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it may hold blanks and parentheses. Its time in the program, and in the kernel.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const allMs = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    return { waitedMs: waited! / 1e6, besidesMs: allMs - ran! / 1e6 };
  } catch {
    return { waitedMs: 0, besidesMs: 0 };
  }
}

/**
 * How much time a process lost to other load: the time for which its main thread waited for a processor, minus the time
 * for which its own other threads may have caused that.
 */
export function lostMs(since: Processor, until: Processor): number {
  const waited = until.waitedMs - since.waitedMs;
  const besides = until.besidesMs - since.besidesMs;
  return Math.max(0, waited - Math.max(0, besides));
}
