import { processorTime } from '../live/processor-time';

/** @returns tells how many cores whatever is not this benchmark's has taken since */
export function watchOthers(): () => number {
  const begun = performance.now();
  const before = processorTime();
  return () => {
    const after = processorTime();
    const others = after.machine - before.machine - (after.ours - before.ours);
    return Math.max(0, (others * 1_000) / (performance.now() - begun));
  };
}
