import { tell } from '../harness/machine/progress';
import type { Attack, Scene } from './attack';
import { openProber } from './health/prober';
import { watchLines } from './judge/log-lines';
import { judgeMemory } from './judge/memory';
import { createTold } from './judge/told';
import type { Outcome } from './outcome';
import { openStage, type Stage } from './stage/stage';
import { openTarget, type Target } from './target';

/** Makes attacks one after the other. */
export interface Conductor {
  make(attack: Attack): Promise<Outcome>;
  /** Ends everything that was started. */
  close(): Promise<void>;
}

export interface ConductorOptions {
  readonly isShort: boolean;
  readonly logFolder: string;
}

const LIMIT_MS = 120_000;

export function createConductor({ isShort, logFolder }: ConductorOptions): Conductor {
  const prober = openProber();
  let stage: Promise<Stage> | undefined;
  let target: Target | undefined;

  /** One that an earlier attack has left whole, and that has what this one wants. */
  async function targetFor({ env = {} }: Attack): Promise<Target> {
    if (target?.env === JSON.stringify(env)) return target;
    await discardTarget();
    target = await openTarget(await (stage ??= openStage(logFolder)), prober, env);
    return target;
  }

  async function discardTarget(): Promise<void> {
    const old = target;
    target = undefined;
    await old?.gateway.process.kill();
  }

  return {
    async make(attack) {
      const found = await targetFor(attack);
      const outcome = await watchAttack(attack, found, await (stage ??= openStage(logFolder)));
      // What it has left behind is not to be the next one's.
      if (outcome.problems.length > 0) await discardTarget();
      return outcome;
    },
    async close() {
      await discardTarget();
      await prober.close();
      await stage?.then((opened) => opened.close());
    },
  };

  async function watchAttack(attack: Attack, { gateway, idleBytes, stallLimitMs }: Target, on: Stage) {
    const begun = performance.now();
    const told = createTold();
    const problems: string[] = [];
    const owned: { close(): unknown }[] = [];
    const lines = watchLines(gateway.process.logFile);
    const scene: Scene = {
      origin: gateway.origin,
      attacker: on.token(on.shops.large, 'an attacker'),
      neighbour: on.token(on.shops.small, 'a neighbour'),
      shops: on.shops,
      isShort,
      neighbourWaitsMs: 2 * stallLimitMs,
      told,
      send: (topic, values) => on.send(topic, values),
      expect(holds, problem) {
        if (!holds) problems.push(problem);
      },
      own(resource) {
        owned.push(resource);
        return resource;
      },
      tell: (line) => tell(`  ${line}`),
    };
    await prober.start(gateway);
    await within(attack.limitMs ?? LIMIT_MS, attack.strike(scene)).catch((error: unknown) =>
      problems.push(
        `it could not be made to its end: ${error instanceof Error ? error.message : String(error)}`,
      ),
    );
    const { longestMs, longestOwnMs, failed, firstFailure } = await prober.report();
    if (failed > 0) problems.push(`${failed} times its health was not told: ${firstFailure}`);
    if (longestOwnMs > stallLimitMs)
      problems.push(
        `it stalled for ${Math.round(longestOwnMs)} ms, more than ${Math.round(stallLimitMs)} ms`,
      );
    const kept = await judgeMemory(gateway, idleBytes);
    for (const resource of owned.reverse()) await resource.close();
    const { ended } = gateway.process;
    if (ended !== undefined) problems.unshift(`the gateway ended (${ended})`);
    return {
      attack: attack.name,
      what: attack.what,
      told: told.describe(),
      stallMs: longestOwnMs,
      feltMs: longestMs,
      limitMs: stallLimitMs,
      keptMebibytes: kept.mebibytes,
      tookMs: performance.now() - begun,
      problems: [...problems, ...kept.problems, ...lines.problems()],
    };
  }
}

async function within(limitMs: number, playing: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not over after ${limitMs / 1_000} s`)), limitMs);
  });
  try {
    await Promise.race([playing, timeout]);
  } finally {
    clearTimeout(timer);
    // What goes wrong in one that was given up is of no interest any more.
    playing.catch(() => undefined);
  }
}
