import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '../machine/commands';
import { removeFolder } from '../machine/folders';
import { type ServerCommand, type ServerProcess, startProcess } from '../machine/process';
import { tell } from '../machine/progress';
import { waitFor } from '../wait-for';

/** A real server started by the tests, on a port of the loopback, with temporary data. */
export interface Server {
  readonly name: string;
  /** Its address, the same after restarts. */
  readonly url: string;
  /** Contains its data and its log. */
  readonly folder: string;
  /** Returns once it answers. After `stop` or `kill` it starts again on the same port and data. */
  start(): Promise<void>;
  /** Stops it gracefully; its data stays. */
  stop(): Promise<void>;
  /** Kills it, like the loss of its machine; written data stays. */
  kill(): Promise<void>;
  /** Freezes it: connections stay open, new ones are accepted by the kernel, and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

export interface ServerPlan {
  readonly name: string;
  readonly url: string;
  /** Contains its data and its log. */
  readonly folder: string;
  readonly command: Command;
  readonly signalWhenOrphaned: ServerCommand['signalWhenOrphaned'];
  readonly stopSignal: NodeJS.Signals;
  /** Creates its data before the first start. */
  prepare?(): Promise<void>;
  /** Resolves when the server really answers a question, fails or is false while it does not. */
  answers(): Promise<boolean>;
}

const START_MS = 90_000;
const LOG = 'server.log';

export function createServer(plan: ServerPlan): Server {
  const { name, url, folder, command, signalWhenOrphaned, stopSignal } = plan;
  const logFile = path.join(folder, LOG);
  let running: ServerProcess | undefined;

  const launch = async (): Promise<ServerProcess> => {
    if (!existsSync(logFile)) await plan.prepare?.();
    return startProcess({ ...command, cwd: folder, logFile, signalWhenOrphaned });
  };
  const untilItAnswers = async (server: ServerProcess): Promise<void> => {
    const what = `${name} to answer on ${url}`;
    try {
      await waitFor(async () => server.hasEnded() || (await plan.answers()), {
        what,
        timeoutMs: START_MS,
        everyMs: 50,
      });
    } catch (error) {
      throw new Error(`${name} does not answer. Its last words:\n${server.lastOutput()}`, { cause: error });
    }
    if (server.hasEnded()) throw new Error(`${name} ended while starting:\n${server.lastOutput()}`);
  };

  return {
    name,
    url,
    folder,
    freeze: () => running?.freeze(),
    thaw: () => running?.thaw(),
    async start() {
      if (running) throw new Error(`${name} is already running.`);
      const begun = Date.now();
      running = await launch();
      await untilItAnswers(running);
      tell(`${name}: ready on ${url} in ${((Date.now() - begun) / 1_000).toFixed(1)} s`);
    },
    async stop() {
      await running?.end(stopSignal);
      running = undefined;
    },
    async kill() {
      await running?.kill();
      running = undefined;
    },
    async remove() {
      await this.stop();
      removeFolder(folder);
    },
  };
}
