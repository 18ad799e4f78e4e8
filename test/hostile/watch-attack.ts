import path from 'node:path';
import { tell } from '../harness/machine/progress';
import type { Attack, Scenario } from './attack';
import type { Prober } from './health/prober';
import { watchLines } from './checks/log-lines';
import { checkMemory } from './checks/memory';
import { checkNeighbour } from './checks/neighbour';
import { createProblems, type Problems } from './checks/problems';
import { createAnswerCounts } from './checks/answer-counts';
import type { Outcome } from './outcome';
import type { Deployment } from './deployment/deployment';
import { stallLimitOf, type Target } from './target';

const LIMIT_MS = 120_000;
/** One alone would not read so much in so short a time. */
const NEIGHBOURS = 20;

interface Closable {
  close(): unknown;
}

/** Runs an attack while another process asks for the gateway's health and reads as a neighbour. */
export async function watchAttack(
  attack: Attack,
  target: Target,
  deployment: Deployment,
  prober: Prober,
): Promise<Outcome> {
  const begun = performance.now();
  const { gateway, idleBytes } = target;
  const { small } = deployment.shops;
  const problems = createProblems();
  const answerCounts = createAnswerCounts();
  const owned: Closable[] = [];
  const lines = watchLines(gateway.process.logFile);
  const scenario = toScenario(target, deployment, { answerCounts, problems, owned });
  await prober.start(gateway);
  const tokens = Array.from({ length: NEIGHBOURS }, (_, number) =>
    deployment.token(small, `neighbour ${number}`),
  );
  await prober.startReading(gateway, { tokens, eventIds: small.eventIds });
  await within(attack.limitMs ?? LIMIT_MS, attack.run(scenario)).catch((error: unknown) =>
    problems.add(
      `it could not be made to its end: ${error instanceof Error ? error.message : String(error)}`,
    ),
  );
  const reading = await prober.stopReading();
  const { longestMs, longestOwnMs, failed, firstFailure } = await prober.report();
  const stallLimitMs = stallLimitOf(target, await prober.slowness());
  const neighbour = checkNeighbour(reading, stallLimitMs);
  if (failed > 0) problems.add(`${failed} health requests failed: ${firstFailure}`);
  if (longestOwnMs > stallLimitMs)
    problems.add(`it stalled for ${Math.round(longestOwnMs)} ms, more than ${Math.round(stallLimitMs)} ms`);
  const kept = await checkMemory(gateway, idleBytes);
  for (const resource of owned.reverse()) await resource.close();
  const { ended } = gateway.process;
  if (ended !== undefined) problems.add(`the gateway ended (${ended})`);
  return {
    attack: attack.name,
    what: attack.what,
    told: answerCounts.describe(),
    stallMs: longestOwnMs,
    feltMs: longestMs,
    limitMs: stallLimitMs,
    keptMebibytes: kept.mebibytes,
    tookMs: performance.now() - begun,
    problems: [...problems.all(), ...neighbour, ...kept.problems, ...lines.problems()],
  };
}

interface Findings {
  readonly answerCounts: Scenario['answerCounts'];
  readonly problems: Problems;
  readonly owned: Closable[];
}

function toScenario(
  { gateway }: Target,
  deployment: Deployment,
  { answerCounts, problems, owned }: Findings,
): Scenario {
  return {
    origin: gateway.origin,
    attacker: deployment.token(deployment.shops.large, 'an attacker'),
    accomplice: (number) => deployment.token(deployment.shops.large, `accomplice ${number}`),
    tokenOf: (shops, owner) => deployment.tokenOf(shops, owner),
    shops: deployment.shops,
    logFolder: path.dirname(gateway.process.logFile),
    answerCounts,
    send: (topic, values) => deployment.send(topic, values),
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
    // Errors of an aborted attack are irrelevant.
    playing.catch(() => undefined);
  }
}
