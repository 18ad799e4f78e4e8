/**
 * Handles the messages of all sockets round-robin, without waiting for what they start. One turn of the event loop
 * handles as many as its time budget allows.
 */
export interface MessageScheduler {
  /**
   * Calls this once in a later turn of the event loop, behind all that waits. A function that waits already is not queued
   * twice.
   *
   * @param handleOne must not throw
   */
  schedule(handleOne: () => void): void;
}

/** The time budget of one iteration of the loop, in milliseconds; the last message that started within it may exceed it. */
const ITERATION_MS = 10;

/** @param now in milliseconds; measures the time budget */
export function createMessageScheduler(now: () => number = () => performance.now()): MessageScheduler {
  const waiting = new Set<() => void>();
  let isDue = false;

  function requestTurn(): void {
    if (isDue || waiting.size === 0) return;
    isDue = true;
    setImmediate(turn);
  }

  function turn(): void {
    isDue = false;
    const end = now() + ITERATION_MS;
    // A function that schedules itself again comes after all others, and not twice in one turn.
    let left = waiting.size;
    for (const handleOne of waiting) {
      waiting.delete(handleOne);
      handleOne();
      left -= 1;
      if (left === 0 || now() >= end) break;
    }
    requestTurn();
  }

  return {
    schedule(handleOne) {
      waiting.add(handleOne);
      requestTurn();
    },
  };
}
