/** Of the one socket: none wanted, on its way, there, lost and tried for again, or refused for now since there is too much. */
export type Connection = 'idle' | 'connecting' | 'open' | 'lost' | 'refused';

/** What the client knows of its service. */
export interface ClientState {
  readonly connection: Connection;
  /** How often a lost connection has come back: what was not watched may have changed. */
  readonly reconnections: number;
  /** Whether the service says that its database cannot be reached: nothing newer comes. */
  readonly isDatabaseAway: boolean;
}

export interface ObservableState {
  readonly current: ClientState;
  /** Calls back after every change. @returns ends that */
  subscribe(listener: (state: ClientState) => void): () => void;
}

export interface StateStore extends ObservableState {
  update(change: Partial<ClientState>): void;
}

export function createState(): StateStore {
  let current: ClientState = { connection: 'idle', reconnections: 0, isDatabaseAway: false };
  const listeners = new Set<(state: ClientState) => void>();
  return {
    get current() {
      return current;
    },
    subscribe(listener) {
      // The same function may be given twice.
      const own = (state: ClientState): void => listener(state);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    update(change) {
      const next = { ...current, ...change };
      const names = ['connection', 'reconnections', 'isDatabaseAway'] as const;
      if (names.every((name) => next[name] === current[name])) return;
      current = next;
      for (const listener of [...listeners]) tell(listener, next);
    },
  };
}

/** A listener that throws fails by itself: the others, and what has changed the state, go on. */
function tell(listener: (state: ClientState) => void, state: ClientState): void {
  try {
    listener(state);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
