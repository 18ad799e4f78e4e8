/** A queue that serves its owners in rotation: an owner with many items delays only its own. */
export interface FairQueue<Item> {
  readonly size: number;
  push(owner: string, item: Item): void;
  /** Removes so many, the oldest of each owner in rotation. */
  take(most: number): readonly Item[];
}

export function createFairQueue<Item>(): FairQueue<Item> {
  /** The owner to be served next is first. */
  const queues = new Map<string, Item[]>();
  let size = 0;

  function takeOne(): readonly Item[] {
    const [first] = queues;
    if (first === undefined) return [];
    const [owner, items] = first;
    const taken = items.splice(0, 1);
    queues.delete(owner);
    if (items.length > 0) queues.set(owner, items);
    size -= taken.length;
    return taken;
  }

  return {
    get size() {
      return size;
    },
    push(owner, item) {
      const items = queues.get(owner);
      if (items === undefined) queues.set(owner, [item]);
      else items.push(item);
      size += 1;
    },
    take: (most) => Array.from({ length: most }, takeOne).flat(),
  };
}
