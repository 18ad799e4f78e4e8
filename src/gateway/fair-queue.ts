/** A line in which everybody has a place of their own: who puts much into it waits for themselves. */
export interface FairQueue<Item> {
  readonly size: number;
  push(owner: string, item: Item): void;
  /** Takes out so many, the oldest of each owner in turn. */
  take(most: number): readonly Item[];
}

export function createFairQueue<Item>(): FairQueue<Item> {
  /** Whose turn it is stands first. */
  const lines = new Map<string, Item[]>();
  let size = 0;

  function takeOne(): readonly Item[] {
    const [first] = lines;
    if (first === undefined) return [];
    const [owner, line] = first;
    const taken = line.splice(0, 1);
    lines.delete(owner);
    if (line.length > 0) lines.set(owner, line);
    size -= taken.length;
    return taken;
  }

  return {
    get size() {
      return size;
    },
    push(owner, item) {
      const line = lines.get(owner);
      if (line === undefined) lines.set(owner, [item]);
      else line.push(item);
      size += 1;
    },
    take: (most) => Array.from({ length: most }, takeOne).flat(),
  };
}
