import { percentile } from '../../../bench/platforms/results';

/**
 * A fixed piece of work: how much longer it takes here than on the reference machine says how much slower this machine is.
 * Counted in processor time, so that other load does not affect it.
 */
const ROUNDS = 9;
const REPEATS = 400;
/** The time on the reference machine, for which the limits were set: a virtual core of an AMD EPYC, Node 20. */
const USUAL_MS = 30;

/** @returns how many times slower than usual, at least 1: a fast machine makes no limit stricter */
export function slowness(): number {
  const times = Array.from({ length: ROUNDS }, measure);
  // What an attack meets on a machine whose speed varies is the usual round, and not the best one.
  return Math.max(1, percentile(times, 50) / USUAL_MS);
}

function measure(): number {
  const before = process.cpuUsage();
  const rows = Array.from({ length: 200 }, (_, index) => ({
    index,
    text: `row ${index}`,
    parts: [index, index * 2],
  }));
  for (let repeat = 0; repeat < REPEATS; repeat++) JSON.parse(JSON.stringify(rows));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
