import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '../../harness/wait-for';

/** The built service as a process. */
export interface ServiceProcess {
  readonly name: string;
  readonly pid: number;
  /** Where its log is. */
  readonly logFile: string;
  /** How it ended; undefined while it runs. */
  readonly ended: string | undefined;
  /** Its exit code, once it has ended by itself. */
  readonly exitCode: number | null;
  /** Whether terminate or kill was called. */
  readonly wasStopped: boolean;
  said(): string;
  /** Stops it gracefully and waits. @returns its exit code, and the time it took */
  terminate(): Promise<{ code: number | null; tookMs: number }>;
  /** Ends it at once, like the loss of its machine. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

export interface ServicePlan {
  readonly name: string;
  readonly logFile: string;
  /** Its variables besides PATH. */
  readonly env: NodeJS.ProcessEnv;
  /** Another program than that of the build, from the project's root. */
  readonly script?: string;
  /** The folder of another build than ours. */
  readonly build?: string | undefined;
}

const ROOT = path.resolve(__dirname, '../../..');
const GONE_MS = 30_000;

/** Starts it in its own session, so that Ctrl-C reaches only the runner; it is killed when the runner ends. */
export function startServiceProcess({
  name,
  logFile,
  env,
  script = 'dist/main.js',
  build = ROOT,
}: ServicePlan): ServiceProcess {
  const log = openSync(logFile, 'a');
  const child = spawn('setpriv', ['--pdeathsig=KILL', '--', process.execPath, path.resolve(build, script)], {
    cwd: build,
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', NODE_ENV: 'test', LOG_LEVEL: 'info', ...env },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let wasStopped = false;
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  const signal = (which: NodeJS.Signals): void => {
    if (endOf(child, failure) === undefined) child.kill(which);
  };
  const gone = (): Promise<unknown> =>
    waitFor(() => endOf(child, failure) !== undefined, { what: `${name} to end`, timeoutMs: GONE_MS });

  return {
    name,
    pid: child.pid ?? 0,
    logFile,
    get ended() {
      return endOf(child, failure);
    },
    get exitCode() {
      return child.exitCode;
    },
    get wasStopped() {
      return wasStopped;
    },
    said: () => readFileSync(logFile, 'utf8'),
    async terminate() {
      const begun = performance.now();
      wasStopped = true;
      signal('SIGTERM');
      await gone();
      return { code: child.exitCode, tookMs: performance.now() - begun };
    },
    async kill() {
      wasStopped = true;
      signal('SIGKILL');
      await gone();
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
  };
}

function endOf({ exitCode, signalCode }: ChildProcess, failure: Error | undefined): string | undefined {
  if (failure !== undefined) return failure.message;
  if (signalCode !== null) return signalCode;
  return exitCode === null ? undefined : `exit code ${exitCode}`;
}
