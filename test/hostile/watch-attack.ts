import path from 'node:path';
import { tell } from '../harness/machine/progress';
import type { Attack, Scene } from './attack';
import type { Prober } from './health/prober';
import { watchLines } from './judge/log-lines';
import { judgeMemory } from './judge/memory';
import { judgeNeighbour } from './judge/neighbour';
import { createProblems, type Problems } from './judge/problems';
import { createTold } from './judge/told';
import type { Outcome } from './outcome';
import type { Stage } from './stage/stage';
import type { Target } from './target';

const LIMIT_MS = 120_000;
/** One alone would not read so much in so short a time. */
const NEIGHBOURS = 20;

interface Closable {
  close(): unknown;
}

/** Makes an attack while another process asks for the gateway's health, and reads in a neighbour's name. */
export async function watchAttack(
  attack: Attack,
  target: Target,
  stage: Stage,
  prober: Prober,
): Promise<Outcome> {
  const begun = performance.now();
  const { gateway, idleBytes, stallLimitMs } = target;
  const { small } = stage.shops;
  const problems = createProblems();
  const told = createTold();
  const owned: Closable[] = [];
  const lines = watchLines(gateway.process.logFile);
  const scene = toScene(target, stage, { told, problems, owned });
  await prober.start(gateway);
  const tokens = Array.from({ length: NEIGHBOURS }, (_, number) => stage.token(small, `neighbour ${number}`));
  await prober.startReading(gateway, { tokens, eventIds: small.eventIds });
  await within(attack.limitMs ?? LIMIT_MS, attack.strike(scene)).catch((error: unknown) =>
    problems.add(
      `it could not be made to its end: ${error instanceof Error ? error.message : String(error)}`,
    ),
  );
  const neighbour = await judgeNeighbour(prober, target);
  const { longestMs, longestOwnMs, failed, firstFailure } = await prober.report();
  if (failed > 0) problems.add(`${failed} times its health was not told: ${firstFailure}`);
  if (longestOwnMs > stallLimitMs)
    problems.add(`it stalled for ${Math.round(longestOwnMs)} ms, more than ${Math.round(stallLimitMs)} ms`);
  const kept = await judgeMemory(gateway, idleBytes);
  for (const resource of owned.reverse()) await resource.close();
  const { ended } = gateway.process;
  if (ended !== undefined) problems.add(`the gateway ended (${ended})`);
  return {
    attack: attack.name,
    what: attack.what,
    told: told.describe(),
    stallMs: longestOwnMs,
    feltMs: longestMs,
    limitMs: stallLimitMs,
    keptMebibytes: kept.mebibytes,
    tookMs: performance.now() - begun,
    problems: [...problems.all(), ...neighbour, ...kept.problems, ...lines.problems()],
  };
}

interface Findings {
  readonly told: Scene['told'];
  readonly problems: Problems;
  readonly owned: Closable[];
}

function toScene({ gateway }: Target, stage: Stage, { told, problems, owned }: Findings): Scene {
  return {
    origin: gateway.origin,
    attacker: stage.token(stage.shops.large, 'an attacker'),
    accomplice: (number) => stage.token(stage.shops.large, `accomplice ${number}`),
    tokenOf: (shops, owner) => stage.tokenOf(shops, owner),
    shops: stage.shops,
    logFolder: path.dirname(gateway.process.logFile),
    told,
    send: (topic, values) => stage.send(topic, values),
    expect(holds, problem) {
      if (!holds) problems.add(problem);
    },
    own(resource) {
      owned.push(resource);
      return resource;
    },
    tell: (line) => tell(`  ${line}`),
  };
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
