import { LRUCache } from 'lru-cache';
import type { StoreId } from '../domain/values';
import { holderOf } from './admission';
import type { Viewer } from './viewer';

/** One reader, and what was charged to them lately. */
export interface BusyReader {
  /**
   * The beginning of the SHA-256 of the token's subject in base64url: it tells readers apart, here and at other gateways, and who knows
   * a subject finds theirs; the subject itself, which may be somebody's address, is not kept.
   */
  readonly reader: string;
  readonly isAdmin: boolean;
  /** The first stores that the token names. */
  readonly storeIds: readonly StoreId[];
  readonly stores: number;
  readonly points: number;
}

export interface ReadersLately {
  readonly readers: number;
  /** Of all of them. */
  readonly points: number;
  /** Who was charged most, first. */
  readonly busiest: readonly BusyReader[];
}

/** What this process has charged to whom: points as the rate limit counts them, whether or not there is one. */
export interface Readers {
  readonly charged: (viewer: Viewer, points: number) => void;
  lately(): ReadersLately;
}

/** What was charged is forgotten after this time at the earliest, and after twice as long at the latest. */
export const LATELY_MS = 300_000;
/** Of more readers within that time, those who have not asked for the longest are forgotten: some two MB. */
const MOST_READERS = 10_000;
export const BUSIEST = 10;
const STORES_SHOWN = 3;
const READER_LENGTH = 12;

/** What tells a reader apart wherever one is shown or logged. */
export const shownReader = (holder: string): string => holder.slice(0, READER_LENGTH);

interface Tally extends Omit<BusyReader, 'points'> {
  points: number;
}

export function createReaders(now = (): number => performance.now()): Readers {
  let current = new LRUCache<string, Tally>({ max: MOST_READERS });
  let previous = new LRUCache<string, Tally>({ max: MOST_READERS });
  let begun = now();

  function turn(): void {
    const passed = now() - begun;
    if (passed < LATELY_MS) return;
    previous = passed < 2 * LATELY_MS ? current : new LRUCache({ max: MOST_READERS });
    current = new LRUCache({ max: MOST_READERS });
    begun = now();
  }

  return {
    charged(viewer, points) {
      turn();
      const holder = holderOf(viewer);
      const known = current.get(holder);
      if (known === undefined) current.set(holder, { ...describe(viewer, holder), points });
      else known.points += points;
    },
    lately() {
      turn();
      const all = new Map([...previous.entries()]);
      for (const [holder, reader] of current.entries())
        all.set(holder, { ...reader, points: reader.points + (all.get(holder)?.points ?? 0) });
      const sorted = [...all.values()].sort((one, other) => other.points - one.points);
      return {
        readers: sorted.length,
        points: sorted.reduce((sum, { points }) => sum + points, 0),
        busiest: sorted.slice(0, BUSIEST),
      };
    },
  };
}

function describe({ isAdmin, storeIds }: Viewer, holder: string): Omit<BusyReader, 'points'> {
  return {
    reader: shownReader(holder),
    isAdmin,
    storeIds: firstOf(storeIds, STORES_SHOWN),
    stores: storeIds.size,
  };
}

function firstOf<Item>(items: Iterable<Item>, most: number): readonly Item[] {
  const first: Item[] = [];
  for (const item of items) {
    if (first.length === most) break;
    first.push(item);
  }
  return first;
}
