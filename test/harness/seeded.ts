import { createRandom, type Random } from '../../src/commands/simulator/random';
import { tell } from './machine/progress';

/** Random numbers for one test. The seed is printed; TEST_SEED repeats a run. */
export function seededRandom(what: string): Random {
  const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  tell(`${what}: TEST_SEED=${seed}`);
  return createRandom(seed);
}

/**
 * A constant seed, so that a change is not blamed for what another has broken. TEST_LONG=1 draws a new one and TEST_SEED sets
 * it, as for `seededRandom`; then it is printed.
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
