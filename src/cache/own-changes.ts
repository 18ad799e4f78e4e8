import type { EventId } from '../domain/values';
import type { BodyCache, ChangeListener } from './cache';

export interface TellingCache {
  readonly telling: BodyCache;
  readonly onChange: (listener: ChangeListener) => void;
}

/**
 * The same cache, which tells of what this process itself changes in it. Twice: a lease that is asked for before the change
 * may be answered before or after it.
 */
export function tellingOfChanges(cache: BodyCache): TellingCache {
  const listeners: ChangeListener[] = [];

  async function around(eventIds: readonly EventId[] | 'all', change: () => Promise<void>): Promise<void> {
    for (const listener of listeners) listener(eventIds);
    try {
      await change();
    } finally {
      for (const listener of listeners) listener(eventIds);
    }
  }

  return {
    telling: {
      ...cache,
      store: (eventId, turn, made, ttlMs) => around([eventId], () => cache.store(eventId, turn, made, ttlMs)),
      drop: (eventIds) => around(eventIds, () => cache.drop(eventIds)),
      forget: (eventIds) => around(eventIds, () => cache.forget(eventIds)),
      remove: (eventIds) => around(eventIds, () => cache.remove(eventIds)),
      clear: () => around('all', () => cache.clear()),
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
