/** Does work for a holder, when few enough others are under way for the same. */
export type FewAtOnce = <Result>(holder: string, work: () => Promise<Result>) => Promise<Result>;

interface Work {
  underWay: number;
  readonly waiting: (() => void)[];
}

/** @param most tells how many may be under way for one holder; those that come then are begun in their order */
export function createFewAtOnce(most: () => number): FewAtOnce {
  const ofHolders = new Map<string, Work>();

  function workOf(holder: string): Work {
    const work = ofHolders.get(holder) ?? { underWay: 0, waiting: [] };
    ofHolders.set(holder, work);
    return work;
  }

  /** Begins waiting work while there is room. It takes the place at once: otherwise new work could take it first. */
  function goOn(work: Work): void {
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
      // The limit may have risen since the last work came.
      goOn(current);
      await begun;
    }
    try {
      return await work();
    } finally {
      current.underWay -= 1;
      goOn(current);
      if (current.underWay === 0) ofHolders.delete(holder);
    }
  };
}
