import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { waitFor } from '../wait-for';
import { type Command, lastLines, userOptions } from './commands';

/** A server's process: ours, and gone when we are. */
export interface ServerProcess {
  hasEnded(): boolean;
  /** The last lines that it wrote, for the message of an error. */
  lastOutput(): string;
  /** Stops it and its children where they stand: their connections stay open, and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Sends the signal that asks it to end in good order, and kills it if it has not within the limit. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Ends it and its children at once, as the loss of its machine would. */
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
    // The parent first, so that it has no further children meanwhile; it is the last to go on.
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
  // Stopped first, so that it has no further children between the look and the blow.
  process.kill(pid, 'SIGSTOP');
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
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  if (isAlive(pid)) process.kill(pid, signal);
}

/** A zombie has ended, only nobody has asked yet how. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.charAt(stat.lastIndexOf(')') + 2) !== 'Z';
  } catch {
    return false;
  }
}
