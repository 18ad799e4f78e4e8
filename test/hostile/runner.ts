import type { Attack } from './attack';
import { openProber } from './health/prober';
import type { Outcome } from './outcome';
import { openDeployment, type Deployment } from './deployment/deployment';
import { openTarget, type Target } from './target';
import { watchAttack } from './watch-attack';

/** Makes attacks one after the other. */
export interface AttackRunner {
  make(attack: Attack): Promise<Outcome>;
  /** Ends everything that was started. */
  close(): Promise<void>;
}

/** @param logFolder where the processes' logs go */
export function createAttackRunner(logFolder: string): AttackRunner {
  const prober = openProber();
  let deployment: Promise<Deployment> | undefined;
  let target: Target | undefined;

  const getDeployment = (): Promise<Deployment> => (deployment ??= openDeployment(logFolder));

  /** One that an earlier attack has left whole, and that has what this one wants. */
  async function targetFor({ env = {} }: Attack): Promise<Target> {
    if (target?.env === JSON.stringify(env)) return target;
    await discardTarget();
    target = await openTarget(await getDeployment(), prober, env);
    return target;
  }

  async function discardTarget(): Promise<void> {
    const old = target;
    target = undefined;
    await old?.gateway.process.kill();
  }

  return {
    async make(attack) {
      const outcome = await watchAttack(attack, await targetFor(attack), await getDeployment(), prober);
      // What it has left behind is not to be the next one's.
      if (outcome.problems.length > 0) await discardTarget();
      return outcome;
    },
    async close() {
      await discardTarget();
      await prober.close();
      await deployment?.then((opened) => opened.close());
    },
  };
}
