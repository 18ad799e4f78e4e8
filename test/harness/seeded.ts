import { createRandom, type Random } from '../../src/commands/simulator/random';
import { tell } from './machine/progress';

/** Chance for one test. Its seed is printed, and TEST_SEED plays the same run again. */
export function seededRandom(what: string): Random {
  const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  tell(`${what}: TEST_SEED=${seed}`);
  return createRandom(seed);
}

/**
 * The seed of examples that are the same each time, so that a change is not blamed for what another has broken. TEST_LONG=1
 * draws it anew, and TEST_SEED says it, as `seededRandom` does; it is printed then.
 */
export function seedFor(what: string, usual: number): number {
  const { TEST_SEED: given, TEST_LONG: isLong } = process.env;
  if (given === undefined && isLong === undefined) return usual;
  const seed = Number(given ?? Math.floor(Math.random() * 2 ** 31));
  tell(`${what}: TEST_SEED=${seed}`);
  return seed;
}

/** How many examples to look at: ten times as many in a long run. */
export const examples = (usual: number): number =>
  process.env['TEST_LONG'] === undefined ? usual : 10 * usual;
