import { createRandom, type Random } from '../../src/commands/simulator/random';
import { tell } from '../harness/machine/progress';
import type { Server } from '../harness/servers/server';
import type { Fault, Findings, FaultContext } from './fault';
import type { Outcome } from './outcome';
import type { FaultServers, StartServers } from './deployment/servers';
import { openDeployment, type Deployment } from './deployment/deployment';

/** Runs faults one after the other over shared servers and a shared deployment. */
export interface FaultRunner {
  run(fault: Fault): Promise<Outcome>;
  /** Stops everything that was started. */
  close(): Promise<void>;
}

export interface FaultRunnerOptions {
  readonly seed: number;
  readonly isShort: boolean;
  readonly logFolder: string;
  readonly startServers: StartServers;
}

interface Closable {
  close(): Promise<unknown>;
}

export function createFaultRunner(options: FaultRunnerOptions): FaultRunner {
  const { seed, isShort, logFolder, startServers } = options;
  const started: Server[] = [];
  let servers: Promise<FaultServers> | undefined;
  let deployment: Deployment | undefined;
  let deployments = 0;
  let owned: Closable[] = [];

  const getServers = (): Promise<FaultServers> =>
    (servers ??= startServers((server) => started.push(server)));

  async function getDeployment(): Promise<Deployment> {
    if (deployment === undefined) {
      tell('starting a deployment …');
      deployment = await openDeployment({
        servers: await getServers(),
        logFolder,
        number: (deployments += 1),
      });
    } else await deployment.tidy();
    return deployment;
  }

  async function discardDeployment(): Promise<void> {
    const old = deployment;
    deployment = undefined;
    await old?.close();
  }

  async function discardServers(): Promise<void> {
    servers = undefined;
    await Promise.all(started.splice(0).map((server) => server.remove()));
  }

  async function closeOwned(): Promise<void> {
    const closing = owned.reverse();
    owned = [];
    for (const each of closing) await each.close().catch((error: unknown) => tell(`! ${String(error)}`));
  }

  return {
    async run(fault) {
      const begun = performance.now();
      const dirty = new Set<Deployment | undefined>();
      const context: FaultContext = {
        random: randomOf(seed, fault.name),
        isShort,
        logFolder,
        servers: getServers,
        deployment: getDeployment,
        markDeploymentDirty: () => void dirty.add(deployment),
        own(resource) {
          owned.push(resource);
          return resource;
        },
        tell: (line) => tell(`  ${secondsSince(begun)} ${fault.name}: ${line}`),
      };
      const broken = new Set<unknown>();
      const findings = await within(fault.limitMs, fault.run(context)).catch((error: unknown) => {
        broken.add(error);
        return failed(error);
      });
      await closeOwned();
      if (dirty.size > 0 || findings.problems.length > 0) await discardDeployment();
      // The state of the servers after an aborted fault is unknown.
      if (broken.size > 0) await discardServers();
      return {
        fault: fault.name,
        what: fault.what,
        ...findings,
        tookMs: Math.round(performance.now() - begun),
        isSurvived: findings.problems.length === 0,
      };
    },
    async close() {
      await closeOwned();
      await discardDeployment();
      await discardServers();
    },
  };
}

/** Each fault has its own random numbers, so that it is the same when run alone. */
function randomOf(seed: number, name: string): Random {
  const own = Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) % 2 ** 20, 7);
  return createRandom(seed + own * 2 ** 32);
}

async function within(limitMs: number, running: Promise<Findings>): Promise<Findings> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It was not over after ${limitMs / 1_000} s.`)), limitMs);
  });
  try {
    return await Promise.race([running, timeout]);
  } finally {
    clearTimeout(timer);
    // Errors of an aborted fault are irrelevant.
    running.catch(() => undefined);
  }
}

function failed(error: unknown): Findings {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    lost: 0,
    doubled: 0,
    readers: '',
    longestWaitMs: undefined,
    wentOnMs: undefined,
    problems: [`it did not run to its end: ${reason}`],
  };
}

function secondsSince(begun: number): string {
  return `${((performance.now() - begun) / 1_000).toFixed(0).padStart(4)} s`;
}
