import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Processor time since the start, in seconds, from Linux's /proc. */
export interface ProcessorTime {
  readonly machine: number;
  /** Of this process and all that it has started. */
  readonly ours: number;
}

export function processorTime(): ProcessorTime {
  const machine = cpus().reduce(
    (sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq,
    0,
  );
  return { machine: machine / 1_000, ours: ownSeconds() };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly seconds: number;
}

/** Linux counts in hundredths of a second here, whatever the machine. */
const TICKS_A_SECOND = 100;

function ownSeconds(): number {
  const processes = readdirSync('/proc', { withFileTypes: true })
    .filter(({ name }) => /^\d+$/.test(name))
    .flatMap(({ name }) => readProcess(Number(name)) ?? []);
  const ours = new Set([process.pid]);
  // A child's number may be lower than its parent's: again, until no more are found.
  for (let known = 0; known < ours.size;) {
    known = ours.size;
    for (const { pid, parent } of processes) if (ours.has(parent)) ours.add(pid);
  }
  return processes.reduce((sum, { pid, seconds }) => sum + (ours.has(pid) ? seconds : 0), 0);
}

/** Undefined for a process that has ended. */
function readProcess(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it may hold blanks and parentheses.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    // Its own time in the program and in the kernel, and the same of its children that have ended.
    const ticks = fields.slice(11, 15).reduce((sum, part) => sum + part, 0);
    return { pid, parent: fields[1] ?? 0, seconds: ticks / TICKS_A_SECOND };
  } catch {
    return undefined;
  }
}
