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

  /** Begins as many of those who wait as there is room for: a place is taken on their behalf, so that nobody comes first. */
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
      // There may be room for more than when the last of them came.
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
