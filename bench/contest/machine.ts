import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { tell, tellLoudly } from '../../test/harness/machine/progress';
import { findProgram } from '../../test/harness/machine/commands';

/** How the cores are assigned; undefined where they cannot be. */
interface Cores {
  /** For the measured server alone. */
  readonly server: string;
  /** For everything else: the readers, PostgreSQL, Redis, Kafka, this process. */
  readonly others: string;
}

let cores: Cores | undefined;

/**
 * Moves this process and its future children off the first core, which is for the measured server. Servers that the
 * environment names are not moved.
 */
export function leaveTheFirstCore(): void {
  cores = divide();
  if (cores === undefined) {
    return tellLoudly('Nothing is pinned to a core: that takes taskset (util-linux) and two cores');
  }
  pin(process.pid, cores.others);
  tell(`what is measured runs on core ${cores.server}, everything else on ${cores.others}`);
}

/** Moves the measured server to its core, with all its present and future threads. */
export function pinServer(pid: number): void {
  if (cores !== undefined) pin(pid, cores.server);
}

function divide(): Cores | undefined {
  if (findProgram('taskset') === undefined || availableParallelism() < 2) return undefined;
  const answer = execFileSync('taskset', ['--cpu-list', '--pid', String(process.pid)], { encoding: 'utf8' });
  const [server, ...others] = allowed(answer.slice(answer.lastIndexOf(':') + 1).trim());
  return server === undefined || others.length === 0
    ? undefined
    : { server: String(server), others: others.join(',') };
}

/** @param list in Linux's form: `0,2-4` */
export function allowed(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, place) => first + place);
  });
}

function pin(pid: number, list: string): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(pid)], { stdio: 'pipe' });
}

export function describeMachine(): string {
  const where =
    cores === undefined
      ? 'NOTHING PINNED'
      : `the measured server on core ${cores.server}, everything else on ${cores.others}`;
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  return `Node ${process.version}, ${cpus().length} cores, ${gibibytes} GiB; ${where}`;
}
