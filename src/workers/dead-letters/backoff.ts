const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/** How long to wait after so many failures in a row, in milliseconds: twice as long each time, up to five minutes. */
export function pauseAfter(failures: number): number {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
  // Random, so that processes that failed together do not retry together.
  return Math.round(pause * (0.5 + Math.random() / 2));
}
