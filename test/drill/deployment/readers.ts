import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../../faults/readers/ask';

export interface DrillReaders {
  close(): Promise<void>;
}

/** Each dashboard is asked for more often than it changes, so that most answers come from the cache. */
const EVERY_MS = 100;
const MOST_WAITING = 20;

/** Asks for the dashboards of these events in turn. */
export function startReaders(origin: string, token: string, eventIds: readonly string[]): DrillReaders {
  const closing = new AbortController();
  const waiting = new Set<Promise<unknown>>();
  const reading = (async () => {
    for (let turn = 0; !closing.signal.aborted; turn += 1) {
      if (waiting.size < MOST_WAITING) {
        const path = `/api/events/${eventIds[turn % eventIds.length]}/analytics`;
        const asked = ask(origin, path, token).finally(() => waiting.delete(asked));
        waiting.add(asked);
      }
      await pause(EVERY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  return {
    async close() {
      closing.abort();
      await reading;
    },
  };
}
