import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type ServiceProcess, startServiceProcess } from '../../faults/deployment/service-process';
import type { Server } from '../../harness/servers/server';
import { waitFor } from '../../harness/wait-for';
import { readEnvFile } from './env-file';

/** Something that an operator starts and stops by its name. Each answers with what came of it, in a line. */
export interface Operated {
  start(): Promise<string>;
  stop(): Promise<string>;
  status(): string;
}

/** A gateway or a worker, started with what its file of variables says at that moment. */
export interface OperatedService extends Operated {
  readonly logFile: string;
  readonly isRunning: boolean;
  kill(): Promise<void>;
}

export interface ServicePlace {
  readonly name: string;
  readonly folder: string;
  readonly origin: string;
}

/** How long one that cannot start takes to say so. */
const SETTLED_MS = 8_000;
const READY_MS = 1_000;

/** Where a process's variables stand. */
export const envFileOf = (folder: string, name: string): string => path.join(folder, `${name}.env`);

export function operateService({ name, folder, origin }: ServicePlace): OperatedService {
  const logs = path.join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const logFile = path.join(logs, `${name}.log`);
  let running: ServiceProcess | undefined;
  const isRunning = (): boolean => running !== undefined && running.ended === undefined;

  return {
    logFile,
    get isRunning() {
      return isRunning();
    },
    async start() {
      if (isRunning()) return `${name} runs already (process ${running?.pid})`;
      const env = readEnvFile(envFileOf(folder, name));
      const script = path.join(folder, 'service/dist/main.js');
      const started = startServiceProcess({ name, logFile, env, script });
      running = started;
      await settled(started, origin);
      return this.status();
    },
    async stop() {
      if (!isRunning()) return this.status();
      await running?.terminate();
      return this.status();
    },
    status() {
      if (running === undefined) return `${name} was never started`;
      if (running.ended === undefined) return `${name} runs (process ${running.pid})`;
      const how = running.wasStopped ? 'is stopped' : `ended by itself (${running.ended})`;
      return `${name} ${how}; its log: ${logFile}`;
    },
    async kill() {
      await running?.kill();
    },
  };
}

/** Until it answers, or has ended. One that takes longer, waits for something: its log says for what. */
async function settled(started: ServiceProcess, origin: string): Promise<void> {
  const isSettled = async (): Promise<boolean> =>
    started.ended !== undefined ||
    (await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(READY_MS) })).ok;
  const limits = { what: `${started.name} to answer`, timeoutMs: SETTLED_MS, everyMs: 100 };
  await waitFor(isSettled, limits).catch(() => undefined);
}

/** One that runs already. */
export function operateServer(server: Server): Operated {
  let isRunning = true;
  return {
    async start() {
      if (isRunning) return `${server.name} runs already`;
      await server.start();
      isRunning = true;
      return this.status();
    },
    async stop() {
      if (isRunning) await server.stop();
      isRunning = false;
      return this.status();
    },
    status: () => `${server.name} ${isRunning ? 'runs' : 'is stopped'}; its log: ${server.folder}/server.log`,
  };
}
