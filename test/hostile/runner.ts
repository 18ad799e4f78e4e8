import type { Attack } from './attack';
import { openProber } from './health/prober';
import type { Outcome } from './outcome';
import { openDeployment, type Deployment } from './deployment/deployment';
import { openTarget, type Target } from './target';
import { watchAttack } from './watch-attack';

/** Runs attacks one after the other. */
export interface AttackRunner {
  make(attack: Attack): Promise<Outcome>;
  /** Stops everything that was started. */
  close(): Promise<void>;
}

/** @param logFolder for the logs of the processes */
export function createAttackRunner(logFolder: string): AttackRunner {
  const prober = openProber();
  let deployment: Promise<Deployment> | undefined;
  let target: Target | undefined;

  const getDeployment = (): Promise<Deployment> => (deployment ??= openDeployment(logFolder));

  /** The gateway of the attack before, if that left it undamaged and its variables fit. */
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
      // A damaged gateway must not affect the next attack.
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
