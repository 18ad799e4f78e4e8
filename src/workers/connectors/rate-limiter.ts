import { setTimeout as sleep } from 'node:timers/promises';

/** Spaces the requests to one platform: each waits until it may be sent. */
export interface RateLimiter {
  /** Takes the next slot. @returns how long to wait for it, in milliseconds */
  reserve(): number;
  /** Takes the next slot and waits for it. Rejects when the signal aborts; the slot stays taken then. */
  wait(signal: AbortSignal): Promise<void>;
}

/**
 * A rate without bursts: two requests are never closer than its spacing. A token bucket would let twice the rate through
 * in its first second, and a platform that counts seconds of its own would refuse.
 *
 * @param now milliseconds of a clock that is never set back: one that is could block requests for hours
 */
export function createRateLimiter(
  perSecond: number,
  now: () => number = () => performance.now(),
): RateLimiter {
  const spacingMs = 1_000 / perSecond;
  let nextSlot = -Infinity;

  function reserve(): number {
    const present = now();
    const slot = Math.max(present, nextSlot);
    nextSlot = slot + spacingMs;
    return slot - present;
  }

  return {
    reserve,
    async wait(signal) {
      signal.throwIfAborted();
      const waitMs = reserve();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    },
  };
}
