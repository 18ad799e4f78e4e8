/** Remembers where amounts of receipts stand, while their lines are read. */

/** Where amounts stand: once for a receipt, or in each of its lines. A file that does both leaves it open which amounts are missing. */
export function createAmountPlaces(): { mayContinue(): boolean; inFurtherLine(): void } {
  let isInFurtherLines = false;
  let isOnce = false;
  return {
    mayContinue: () => (isOnce = !isInFurtherLines),
    inFurtherLine: () => (isInFurtherLines = !isOnce || isInFurtherLines),
  };
}

/** For exports that repeat what a receipt adds up to on each of its lines: it counts once, and so does what was given back. */
export function createReceiptAmounts(): {
  place(receipt: string, won: number): 'first' | 'again' | 'another';
} {
  const sold = new Map<string, number>();
  const givenBack = new Map<string, Set<number>>();
  return {
    place(receipt, won) {
      if (won < 0) {
        const before = givenBack.get(receipt) ?? new Set();
        givenBack.set(receipt, before);
        return before.size < before.add(won).size ? 'first' : 'again';
      }
      const before = sold.get(receipt);
      if (before === undefined) sold.set(receipt, won);
      if (before === undefined) return 'first';
      return before === won ? 'again' : 'another';
    },
  };
}
