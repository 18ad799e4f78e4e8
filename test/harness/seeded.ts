import fc from 'fast-check';
import { createRandom, type Random } from '../../src/commands/simulator/random';
import { tell } from './machine/progress';

/**
 * Random tests look at other examples in each run. A failure names the seed of its run, and with TEST_SEED set to it the same
 * examples come again.
 */
const given = process.env['TEST_SEED'];

const nextSeed = (): number => (given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given));

/** A seed, which is printed. */
export function drawSeed(what: string): number {
  const seed = nextSeed();
  tell(`${what}: TEST_SEED=${seed}`);
  return seed;
}

/** Random numbers for one test. The seed is printed. */
export function seededRandom(what: string): Random {
  return createRandom(drawSeed(what));
}

const namesSeed = <Values>(): fc.PluginInstance<Values> => ({
  onAllRunsComplete(run) {
    if (!run.failed) return;
    const message = fc.defaultReportMessage(run);
    throw new Error(`TEST_SEED=${run.seed} repeats this run.\n${message}`, { cause: run.errorInstance });
  },
});

/** Parameters of `fc.assert`: its failure says first how to repeat it. */
export function seeded<Values>(parameters: fc.Parameters<Values> = {}): fc.Parameters<Values> {
  return { ...parameters, seed: nextSeed(), plugins: [namesSeed<Values>] };
}

/** How many examples to look at: ten times as many in a long run. */
export const examples = (usual: number): number =>
  process.env['TEST_LONG'] === undefined ? usual : 10 * usual;
