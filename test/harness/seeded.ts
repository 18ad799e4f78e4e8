import { createRandom, type Random } from '../../src/commands/simulator/random';
import { tell } from './machine/progress';

/** Chance for one test. Its seed is printed, and TEST_SEED plays the same run again. */
export function seededRandom(what: string): Random {
  const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  tell(`${what}: TEST_SEED=${seed}`);
  return createRandom(seed);
}
