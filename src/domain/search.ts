/**
 * How many of the items stand ahead of a place, found by halving.
 *
 * @param isAhead holds for the first so many of them, and for none behind these
 */
export function countAhead<Item>(items: readonly Item[], isAhead: (item: Item) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAhead(items[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
