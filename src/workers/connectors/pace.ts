import { setTimeout as pause } from 'node:timers/promises';

/** Requests in single file: each waits until it may be sent. */
export interface Pace {
  /** Takes the next place. @returns how long to wait for it, in milliseconds */
  reserve(): number;
  /** Takes the next place and waits for it. Rejects when the signal aborts; the place is gone then. */
  turn(signal: AbortSignal): Promise<void>;
}

/**
 * A rate without bursts: two requests are never closer than its spacing. A bucket would let twice the rate through in
 * its first second, and a platform that counts seconds of its own would refuse.
 *
 * @param now milliseconds of a clock that is never set back, or a pace could come to rest for hours
 */
export function createPace(perSecond: number, now: () => number = () => performance.now()): Pace {
  const spacing = 1_000 / perSecond;
  let free = -Infinity;

  function reserve(): number {
    const present = now();
    const place = Math.max(present, free);
    free = place + spacing;
    return place - present;
  }

  return {
    reserve,
    async turn(signal) {
      signal.throwIfAborted();
      const wait = reserve();
      if (wait > 0) await pause(wait, undefined, { signal });
    },
  };
}
