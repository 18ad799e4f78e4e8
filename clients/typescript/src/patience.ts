import { environment, LONGEST_TIMEOUT_MS } from './environment';
import type { ObservableState } from './state';

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

export interface Patience {
  /**
   * Calls back after a while; at once when the browser is online again, or is looked at again, or the service's database
   * is back: all of them are reasons to try.
   *
   * @returns calls it off
   */
  readonly whenWorthRetrying: (afterMs: number, retry: () => void) => () => void;
  /** Waits longer with every attempt, and not in step with other readers of a gateway that went away. */
  readonly untilWorthRetrying: (attempt: number) => Promise<void>;
  /** Ends what waits for another attempt: it is not wanted any more. */
  hurry(): void;
  /** Calls off all that waits. */
  end(): void;
}

export function createPatience(state: ObservableState): Patience {
  const callbacks = new Set<() => void>();
  const attempts = new Set<() => void>();

  function whenWorthRetrying(afterMs: number, retry: () => void): () => void {
    const reasons = new AbortController();
    const callOff = (): void => {
      clearTimeout(timer);
      reasons.abort();
      leaveState();
      callbacks.delete(callOff);
    };
    const go = (): void => {
      callOff();
      retry();
    };
    const timer = setTimeout(go, Math.min(afterMs, LONGEST_TIMEOUT_MS));
    const leaveState = whenDatabaseIsBack(state, go);
    const { document } = environment;
    environment.addEventListener?.('online', go, reasons);
    document?.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'visible') go();
      },
      reasons,
    );
    callbacks.add(callOff);
    return callOff;
  }

  function hurry(): void {
    for (const go of [...attempts]) go();
  }

  return {
    whenWorthRetrying,
    untilWorthRetrying(attempt) {
      const limit = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
      return new Promise((resolve) => {
        const go = (): void => {
          callOff();
          attempts.delete(go);
          resolve();
        };
        const callOff = whenWorthRetrying(limit * (0.5 + Math.random() / 2), go);
        attempts.add(go);
      });
    },
    hurry,
    end() {
      hurry();
      for (const callOff of [...callbacks]) callOff();
    },
  };
}

function whenDatabaseIsBack(state: ObservableState, onReturn: () => void): () => void {
  let wasAway = state.current.isDatabaseAway;
  return state.subscribe(({ isDatabaseAway }) => {
    const isBack = wasAway && !isDatabaseAway;
    wasAway = isDatabaseAway;
    if (isBack) onReturn();
  });
}
