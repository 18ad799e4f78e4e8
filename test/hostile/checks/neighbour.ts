import { tell } from '../../harness/machine/progress';
import type { Prober } from '../health/prober';
import type { Target } from '../target';

/**
 * How many times the limit of a stall another reader may wait: his answer takes several turns of the event loop, and each
 * may meet one.
 */
const STALLS = 4;

/** @returns what a neighbour should not have seen of an attack */
export async function checkNeighbour(prober: Prober, { stallLimitMs }: Target): Promise<string[]> {
  const { read, longestMs, refusals } = await prober.stopReading();
  const limitMs = STALLS * stallLimitMs;
  tell(`  a neighbour read ${read} times and waited ${Math.round(longestMs)} ms at the longest`);
  return [
    ...refusals.map((refusal) => `a neighbour was answered ${refusal}`),
    ...(longestMs > limitMs
      ? [`a neighbour waited ${Math.round(longestMs)} ms, more than ${Math.round(limitMs)} ms`]
      : []),
  ];
}
