import { processorTime } from '../live/processor-time';

/** @returns a function that measures how many cores other processes have used since */
export function watchOthers(): () => number {
  const begun = performance.now();
  const before = processorTime();
  return () => {
    const after = processorTime();
    const others = after.machine - before.machine - (after.ours - before.ours);
    return Math.max(0, (others * 1_000) / (performance.now() - begun));
  };
}
