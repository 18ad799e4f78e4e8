import type { EventId } from '../domain/values';
import type { BodyCache, ChangeListener } from './cache';

export interface ObservedCache {
  readonly observed: BodyCache;
  readonly onChange: (listener: ChangeListener) => void;
}

/**
 * The same cache, which calls back for each change that this process makes in it. It calls back twice, since a copy that is
 * fetched before the change may be answered before or after it.
 */
export function observeOwnChanges(cache: BodyCache): ObservedCache {
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
    observed: {
      ...cache,
      store: (eventId, lease, made, ttlMs) =>
        around([eventId], () => cache.store(eventId, lease, made, ttlMs)),
      drop: (eventIds) => around(eventIds, () => cache.drop(eventIds)),
      forget: (eventIds) => around(eventIds, () => cache.forget(eventIds)),
      remove: (eventIds) => around(eventIds, () => cache.remove(eventIds)),
      clear: () => around('all', () => cache.clear()),
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
