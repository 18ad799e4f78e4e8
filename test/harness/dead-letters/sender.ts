import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { waitFor } from '../wait-for';

export interface SenderOptions {
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  readonly leaseMs: number;
  readonly freezes: boolean;
}

export interface SenderProcess {
  readonly process: ChildProcess;
  /** Waits until it has said so on its standard output. */
  says(word: string): Promise<unknown>;
  kill(): Promise<void>;
}

const ROOT = path.resolve(__dirname, '../../..');

/** A process that sends dead letters as a worker does. */
export function startSender(options: SenderOptions): SenderProcess {
  const script = path.join(__dirname, 'sender-process.ts');
  const child = spawn(
    process.execPath,
    ['--require', '@swc-node/register', script, JSON.stringify(options)],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'] } },
  );
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  const ended = once(child, 'close');
  return {
    process: child,
    says: (word) =>
      waitFor(() => said.includes(word), { what: `the sender to say ${word}`, timeoutMs: 30_000 }),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
