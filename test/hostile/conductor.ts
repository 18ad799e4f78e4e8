import type { Attack } from './attack';
import { openProber } from './health/prober';
import type { Outcome } from './outcome';
import { openStage, type Stage } from './stage/stage';
import { openTarget, type Target } from './target';
import { watchAttack } from './watch-attack';

/** Makes attacks one after the other. */
export interface Conductor {
  make(attack: Attack): Promise<Outcome>;
  /** Ends everything that was started. */
  close(): Promise<void>;
}

/** @param logFolder where the processes' logs go */
export function createConductor(logFolder: string): Conductor {
  const prober = openProber();
  let stage: Promise<Stage> | undefined;
  let target: Target | undefined;

  const getStage = (): Promise<Stage> => (stage ??= openStage(logFolder));

  /** One that an earlier attack has left whole, and that has what this one wants. */
  async function targetFor({ env = {} }: Attack): Promise<Target> {
    if (target?.env === JSON.stringify(env)) return target;
    await discardTarget();
    target = await openTarget(await getStage(), prober, env);
    return target;
  }

  async function discardTarget(): Promise<void> {
    const old = target;
    target = undefined;
    await old?.gateway.process.kill();
  }

  return {
    async make(attack) {
      const outcome = await watchAttack(attack, await targetFor(attack), await getStage(), prober);
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
}
