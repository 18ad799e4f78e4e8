import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { waitFor } from '../wait-for';

const MAIN = path.join(__dirname, '../../../dist/main.js');

/** The built service as a process, as in production. */
export interface ServiceProcess {
  readonly process: ChildProcess;
  /** Its output so far, stdout and stderr. */
  said(): string;
  /** Waits until it is ready. @returns its address and the token that it printed; @throws Error when it never is */
  ready(): Promise<{ origin: string; token: string | undefined }>;
  /** Stops it and waits. @returns its exit code */
  terminate(signal?: NodeJS.Signals): Promise<number | null>;
  ended(): Promise<number | null>;
}

export interface StartCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
}

const BUILT_HERE: StartCommand = { program: process.execPath, args: [MAIN] };

/**
 * @param env all its variables besides PATH
 * @param command starts another build of the service
 */
export function startProcess(env: NodeJS.ProcessEnv, command = BUILT_HERE): ServiceProcess {
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const exit = once(child, 'close').then(() => child.exitCode);
  return {
    process: child,
    said: () => output,
    async ready() {
      const port = await waitFor(() => child.exitCode !== null || /"port":(\d+)/.exec(output)?.[1], {
        what: 'the process to be ready',
        timeoutMs: 60_000,
      });
      if (port === true) throw new Error(`The process ended with ${child.exitCode}:\n${output}`);
      return {
        origin: `http://127.0.0.1:${port}`,
        token: /token for trying it out: (\S+)/.exec(output)?.[1],
      };
    },
    terminate(signal = 'SIGTERM') {
      child.kill(signal);
      return exit;
    },
    ended: () => exit,
  };
}
