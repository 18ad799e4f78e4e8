import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** How a command ended, and its output. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A built command as a process: needs `npm run build`. */
export interface RunningCommand {
  readonly process: ChildProcess;
  /** Its output so far, stdout and stderr. */
  said(): string;
  readonly ended: Promise<Ended>;
}

/** @param env all its variables besides PATH */
export function startCommand(name: string, args: readonly string[], env: NodeJS.ProcessEnv): RunningCommand {
  const command = path.join(ROOT, `dist/commands/${name}.js`);
  const child = spawn(process.execPath, [command, ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  return {
    process: child,
    said: () => stdout + stderr,
    ended: once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr })),
  };
}

export function runCommand(name: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return startCommand(name, args, env).ended;
}
