import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { waitFor } from '../wait-for';
import { type Command, lastLines, userOptions } from './commands';

/** A server's process, which ends when this process ends. */
export interface ServerProcess {
  hasEnded(): boolean;
  /** The last lines that it wrote, for the message of an error. */
  lastOutput(): string;
  /** Freezes it and its children: their connections stay open, and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Stops it gracefully, and kills it when it does not end within the limit. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Kills it and its children, like the loss of its machine. */
  kill(): Promise<void>;
}

export interface ServerCommand extends Command {
  readonly logFile: string;
  /**
   * What the kernel sends it when this process ends, however it ends. QUIT where a server would otherwise leave
   * something behind, and obeys at once.
   */
  readonly signalWhenOrphaned: 'KILL' | 'QUIT';
}

const ORDERLY_END_MS = 15_000;
const GONE_MS = 10_000;

/**
 * Starts a server. It is in a session of its own, so that Ctrl-C reaches Jest alone, and its output goes to a file,
 * so that nothing of it keeps Node's event loop alive or is lost with a pipe.
 */
export function startProcess(command: ServerCommand): ServerProcess {
  const log = openSync(command.logFile, 'a');
  const user = command.account ? userOptions(command.account) : [];
  const args = [...user, `--pdeathsig=${command.signalWhenOrphaned}`, '--', command.program, ...command.args];
  const child = spawn('setpriv', args, {
    cwd: command.cwd,
    env: command.env ?? process.env,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));

  const hasEnded = (): boolean =>
    failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  return {
    hasEnded,
    lastOutput: () => failure?.message ?? lastLines(readFileSync(command.logFile, 'utf8')),
    // The parent first, so that it starts no more children; it continues last.
    freeze: () => withChildren(child).forEach((pid) => signalIfThere(pid, 'SIGSTOP')),
    thaw: () =>
      withChildren(child)
        .reverse()
        .forEach((pid) => signalIfThere(pid, 'SIGCONT')),
    async end(signal) {
      if (hasEnded()) return;
      this.thaw();
      child.kill(signal);
      await waitFor(hasEnded, { what: `${command.program} to end`, timeoutMs: ORDERLY_END_MS }).catch(() =>
        killAll(child),
      );
    },
    async kill() {
      if (!hasEnded()) await killAll(child);
    },
  };
}

async function killAll({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return;
  // Frozen first, so that it starts no children between the listing and the kill.
  signalIfThere(pid, 'SIGSTOP');
  const pids = [pid, ...childrenOf(pid)];
  for (const each of pids) signalIfThere(each, 'SIGKILL');
  await waitFor(() => !pids.some(isAlive), {
    what: `processes ${pids.join(', ')} to end`,
    timeoutMs: GONE_MS,
  });
}

function withChildren({ pid }: ChildProcess): number[] {
  return pid === undefined || !isAlive(pid) ? [] : [pid, ...childrenOf(pid)];
}

function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  try {
    return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    // It has ended just now.
    return [];
  }
}

/** One that has ended just now, after it was seen, needs no signal. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Within Jest it is an Error of another realm.
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'ESRCH'))
      throw error;
  }
}

/** A zombie has ended; only its exit status has not been read. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2) !== 'Z';
  } catch {
    return false;
  }
}
