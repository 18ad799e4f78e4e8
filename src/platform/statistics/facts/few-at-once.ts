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

  return async (holder, work) => {
    const current = workOf(holder);
    // A place is taken on behalf of the one who waits, so that nobody comes in between.
    if (current.underWay >= most()) await new Promise<void>((resolve) => current.waiting.push(resolve));
    else current.underWay += 1;
    try {
      return await work();
    } finally {
      current.underWay -= 1;
      while (current.underWay < most() && current.waiting.length > 0) {
        current.underWay += 1;
        current.waiting.shift()!();
      }
      if (current.underWay === 0) ofHolders.delete(holder);
    }
  };
}
