/** Runs work for a holder, with a bound on how much runs at the same time for the same holder. */
export type HolderBulkhead = <Result>(holder: string, work: () => Promise<Result>) => Promise<Result>;

interface Work {
  underWay: number;
  readonly waiting: (() => void)[];
}

/** @param most returns how many may run for one holder; further work waits in its order */
export function createHolderBulkhead(most: () => number): HolderBulkhead {
  const ofHolders = new Map<string, Work>();

  function workOf(holder: string): Work {
    const work = ofHolders.get(holder) ?? { underWay: 0, waiting: [] };
    ofHolders.set(holder, work);
    return work;
  }

  /** Starts waiting work while there is a free slot, and takes the slot at once: otherwise new work could take it first. */
  function startWaiting(work: Work): void {
    while (work.underWay < most() && work.waiting.length > 0) {
      work.underWay += 1;
      work.waiting.shift()!();
    }
  }

  return async (holder, work) => {
    const current = workOf(holder);
    if (current.waiting.length === 0 && current.underWay < most()) current.underWay += 1;
    else {
      const begun = new Promise<void>((resolve) => current.waiting.push(resolve));
      // The bound may have risen since the last work was added.
      startWaiting(current);
      await begun;
    }
    try {
      return await work();
    } finally {
      current.underWay -= 1;
      startWaiting(current);
      if (current.underWay === 0) ofHolders.delete(holder);
    }
  };
}
