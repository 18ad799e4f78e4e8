/**
 * Messages of all sockets, one of each in turn. What they begin is not waited for; as many are dealt with in one turn of
 * the event loop as may be before everything else has to be looked at.
 */
export interface MessageTurns {
  /**
   * Calls this once in a turn of the event loop to come, behind what waits already. What waits already is not put in
   * line a second time.
   *
   * @param dealWithOne must not throw
   */
  wait(dealWithOne: () => void): void;
}

/** What the messages of one turn may take, in milliseconds, but for the last that was begun in it. */
const TURN_MS = 10;

/** @param now in milliseconds; by it a turn is ended */
export function createMessageTurns(now: () => number = () => performance.now()): MessageTurns {
  const waiting = new Set<() => void>();
  let isDue = false;

  function askForTurn(): void {
    if (isDue || waiting.size === 0) return;
    isDue = true;
    setImmediate(turn);
  }

  function turn(): void {
    isDue = false;
    const end = now() + TURN_MS;
    // What puts itself in line again comes after all others: it is not called twice in one turn.
    let left = waiting.size;
    for (const dealWithOne of waiting) {
      waiting.delete(dealWithOne);
      dealWithOne();
      left -= 1;
      if (left === 0 || now() >= end) break;
    }
    askForTurn();
  }

  return {
    wait(dealWithOne) {
      waiting.add(dealWithOne);
      askForTurn();
    },
  };
}
