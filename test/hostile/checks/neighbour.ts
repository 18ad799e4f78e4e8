import { tell } from '../../harness/machine/progress';
import type { Prober } from '../health/prober';

type Reading = Awaited<ReturnType<Prober['stopReading']>>;

/**
 * How many times the limit of a stall another reader may wait: an answer takes several turns of the event loop, and each
 * may meet a stall.
 */
const STALLS = 4;

/** @returns the problems that the attack caused for a neighbour */
export function checkNeighbour({ read, longestMs, refusals }: Reading, stallLimitMs: number): string[] {
  const limitMs = STALLS * stallLimitMs;
  tell(`  a neighbour read ${read} times and waited ${Math.round(longestMs)} ms at the longest`);
  return [
    ...refusals.map((refusal) => `a neighbour was answered ${refusal}`),
    ...(longestMs > limitMs
      ? [`a neighbour waited ${Math.round(longestMs)} ms, more than ${Math.round(limitMs)} ms`]
      : []),
  ];
}
