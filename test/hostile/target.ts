import { setTimeout as pause } from 'node:timers/promises';
import { tell } from '../harness/machine/progress';
import { ask } from './clients/http';
import type { Prober } from './health/prober';
import type { Gateway } from './deployment/gateway';
import type { Deployment } from './deployment/deployment';
import { WHOLE_DASHBOARD } from './clients/operations';

/** A gateway, and its measurements before the first attack. */
export interface Target {
  readonly gateway: Gateway;
  /** The variables added to its default ones, as JSON. */
  readonly env: string;
  readonly idleBytes: number;
  /** How long a health answer took at the longest. */
  readonly idleStallMs: number;
  /** How many times slower than usual the machine was. */
  readonly slowness: number;
}

/** How long a request may block the others, on an idle machine of the usual speed. */
const STALL_MS = 250;
const WARM_UPS = 20;
const IDLE_MS = 1_500;

/** Starts a gateway, warms it up, and measures it idle. */
export async function openTarget(
  deployment: Deployment,
  prober: Prober,
  extra: NodeJS.ProcessEnv = {},
): Promise<Target> {
  const gateway = await deployment.startGateway(extra);
  await warmUp(gateway, deployment);
  const slowness = await prober.slowness();
  await prober.start(gateway);
  await pause(IDLE_MS);
  const idle = await prober.report();
  if (idle.failed > 0) throw new Error(`An idle gateway did not answer: ${idle.firstFailure}`);
  const { usedBytes } = await gateway.memory();
  const target = {
    ...{ gateway, env: JSON.stringify(extra), idleBytes: usedBytes },
    ...{ idleStallMs: idle.longestOwnMs, slowness },
  };
  tell(
    `  idle: ${idle.asked} times asked, longest ${idle.longestOwnMs.toFixed(1)} ms; ` +
      `this machine is ${slowness.toFixed(2)} times slower than usual: at most ${Math.round(stallLimitOf(target))} ms`,
  );
  return target;
}

/**
 * How long one request may delay a health answer.
 *
 * @param slownessNow after the attack: a machine that others use too may be slower by then
 */
export function stallLimitOf(
  { idleStallMs, slowness }: Pick<Target, 'idleStallMs' | 'slowness'>,
  slownessNow = slowness,
): number {
  return idleStallMs + STALL_MS * Math.max(slowness, slownessNow);
}

/** Sends usual requests until the code is compiled and every connection is open. */
async function warmUp({ origin }: Gateway, deployment: Deployment): Promise<void> {
  const { small } = deployment.shops;
  for (let round = 0; round < WARM_UPS; round++) {
    const token = deployment.token(small, `warm-up reader ${round}`);
    const eventId = small.eventIds[round % small.eventIds.length]!;
    const json = { query: WHOLE_DASHBOARD, variables: { eventId } };
    const answers = await Promise.all([
      ask(origin, { token, json }),
      ask(origin, { token, path: `/api/events/${eventId}/analytics` }),
    ]);
    const failed = answers.find(({ status }) => status !== 200);
    if (failed !== undefined)
      throw new Error(`An ordinary reader was answered ${failed.status} ${failed.failure ?? failed.body}`);
  }
}
