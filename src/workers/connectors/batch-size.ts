import type { Clock } from '../../runtime/clock';

/**
 * How many ids a platform is asked about in a request: fewer where it refuses as many for no id of theirs, and more again as
 * soon as it takes them.
 */
export interface BatchSize {
  readonly current: number;
  /** Of one request of those that are made now: the double where that is to be tried again, else the current size. */
  readonly tried: number;
  /** A request about that many was taken. */
  answered(size: number): void;
  /** A request about that many was refused, and its parts are asked. */
  refused(size: number): Refusal;
}

/** A request that was refused, while its parts are asked. */
export interface Refusal {
  /** One of its parts was refused too. */
  partRefused(size: number): void;
  /** All parts are through. @param isForSize none of the ids is why, and none of the parts failed */
  ended(isForSize: boolean): void;
}

/** Between two trials of a double that was refused; from one to the next twice as long, up to the longest. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 60 * 60_000;

/** @param most what its connector says */
export function createBatchSize(clock: Clock, most: number): BatchSize {
  let current = most;
  /** Whether the current size has been taken since it was lowered, or its double refused. */
  let isTaken = true;
  let waitMs = 0;
  let triedFrom = -Infinity;
  /** Sizes that were refused once, and as many not taken since: one refusal may be a moment's. */
  const refusedOnce = new Set<number>();
  const underWay = new Set<{ taken: number }>();

  function moveTo(size: number): void {
    current = size;
    waitMs = 0;
    triedFrom = -Infinity;
  }

  function putOffTrial(): void {
    const now = clock.now();
    // Of several that were refused at the same time, one counts.
    if (now < triedFrom) return;
    waitMs = Math.min(Math.max(waitMs * 2, FIRST_WAIT_MS), LONGEST_WAIT_MS);
    triedFrom = now + waitMs;
    isTaken = false;
  }

  function lower(to: number): void {
    moveTo(to);
    isTaken = false;
    refusedOnce.clear();
  }

  return {
    get current() {
      return current;
    },
    get tried() {
      return isTaken && clock.now() >= triedFrom ? Math.min(current * 2, most) : current;
    },
    answered(size) {
      for (const refusal of underWay) refusal.taken = Math.max(refusal.taken, size);
      for (const once of refusedOnce) if (once <= size) refusedOnce.delete(once);
      if (size > current) moveTo(size);
      if (size >= current) isTaken = true;
    },
    refused(whole) {
      const sizes = new Set([whole]);
      const before = [...refusedOnce];
      const own = { taken: 0 };
      underWay.add(own);
      return {
        partRefused: (size) => void sizes.add(size),
        ended(isForSize) {
          underWay.delete(own);
          if (!isForSize) return;
          // As many as were taken in between were refused for something else.
          const tooMany = [...sizes].filter((size) => size > own.taken);
          if (tooMany.length === 0) return;
          const least = Math.min(...tooMany);
          const isSecond = before.some((size) => size <= least && refusedOnce.has(size));
          if (least > current) putOffTrial();
          else if (tooMany.length > 1 || isSecond) lower(Math.max(own.taken, Math.ceil(least / 2)));
          else refusedOnce.add(least);
        },
      };
    },
  };
}
