/** How much somebody may do in a while: so much at once, and then as fast as it grows again (a token bucket). */
export interface Allowance {
  /** Takes one, if there is one. @returns 0, or in how many milliseconds there will be one */
  take(): number;
}

/** @param now in milliseconds */
export function createAllowance(
  { atOnce, perSecond }: { readonly atOnce: number; readonly perSecond: number },
  now: () => number = () => performance.now(),
): Allowance {
  let left = atOnce;
  let countedAt = now();
  return {
    take() {
      const at = now();
      left = Math.min(atOnce, left + ((at - countedAt) / 1_000) * perSecond);
      countedAt = at;
      if (left < 1) return Math.ceil(((1 - left) / perSecond) * 1_000);
      left -= 1;
      return 0;
    },
  };
}
