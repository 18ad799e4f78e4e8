import type { BodyCache, Changed, ChangeListener } from './cache';

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

  async function around(changed: Changed | 'all', change: () => Promise<void>): Promise<void> {
    for (const listener of listeners) listener(changed);
    try {
      await change();
    } finally {
      for (const listener of listeners) listener(changed);
    }
  }

  return {
    observed: {
      ...cache,
      storeVersions: {
        ...cache.storeVersions,
        drop: (stores) => around({ stores }, () => cache.storeVersions.drop(stores)),
      },
      store: (eventId, lease, made, ttlMs) =>
        around({ events: [eventId] }, () => cache.store(eventId, lease, made, ttlMs)),
      drop: (events) => around({ events }, () => cache.drop(events)),
      forget: (events) => around({ events }, () => cache.forget(events)),
      remove: (events) => around({ events }, () => cache.remove(events)),
      clear: () => around('all', () => cache.clear()),
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
