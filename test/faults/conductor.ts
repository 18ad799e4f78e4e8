import { createRandom, type Random } from '../../src/commands/simulator/random';
import { tell } from '../harness/machine/progress';
import type { Server } from '../harness/servers/server';
import type { Fault, Findings, Run } from './fault';
import type { Outcome } from './outcome';
import { type FaultServers, startFaultServers } from './stage/servers';
import { openStage, type Stage } from './stage/stage';

/** Plays faults one after the other, over what they share. */
export interface Conductor {
  play(fault: Fault): Promise<Outcome>;
  /** Ends everything that was started. */
  close(): Promise<void>;
}

export interface ConductorOptions {
  readonly seed: number;
  readonly isShort: boolean;
  readonly logFolder: string;
}

interface Closable {
  close(): Promise<unknown>;
}

export function createConductor({ seed, isShort, logFolder }: ConductorOptions): Conductor {
  const started: Server[] = [];
  let servers: Promise<FaultServers> | undefined;
  let stage: Stage | undefined;
  let stages = 0;
  let owned: Closable[] = [];

  const getServers = (): Promise<FaultServers> =>
    (servers ??= startFaultServers((server) => started.push(server)));

  async function getStage(): Promise<Stage> {
    if (stage === undefined) {
      tell('opening a stage …');
      stage = await openStage({ servers: await getServers(), logFolder, number: (stages += 1) });
    } else await stage.tidy();
    return stage;
  }

  async function discardStage(): Promise<void> {
    const old = stage;
    stage = undefined;
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
    async play(fault) {
      const begun = performance.now();
      const spoilt = new Set<Stage | undefined>();
      const run: Run = {
        random: randomOf(seed, fault.name),
        isShort,
        logFolder,
        servers: getServers,
        stage: getStage,
        spoilStage: () => void spoilt.add(stage),
        own(resource) {
          owned.push(resource);
          return resource;
        },
        tell: (line) => tell(`  ${secondsSince(begun)} ${fault.name}: ${line}`),
      };
      const broken = new Set<unknown>();
      const findings = await within(fault.limitMs, fault.play(run)).catch((error: unknown) => {
        broken.add(error);
        return failed(error);
      });
      await closeOwned();
      if (spoilt.size > 0 || findings.problems.length > 0) await discardStage();
      // In which state a fault that broke off has left them, nobody knows.
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
      await discardStage();
      await discardServers();
    },
  };
}

/** Each fault draws for itself, so that it is the same played alone. */
function randomOf(seed: number, name: string): Random {
  const own = Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) % 2 ** 20, 7);
  return createRandom(seed + own * 2 ** 32);
}

async function within(limitMs: number, playing: Promise<Findings>): Promise<Findings> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It was not over after ${limitMs / 1_000} s.`)), limitMs);
  });
  try {
    return await Promise.race([playing, timeout]);
  } finally {
    clearTimeout(timer);
    // What goes wrong in one that was given up is of no interest any more.
    playing.catch(() => undefined);
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
    problems: [`it could not be played to its end: ${reason}`],
  };
}

function secondsSince(begun: number): string {
  return `${((performance.now() - begun) / 1_000).toFixed(0).padStart(4)} s`;
}
