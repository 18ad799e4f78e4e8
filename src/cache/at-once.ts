import type { BodyCache } from './cache';

/**
 * For a service whose messages come in over HTTP: it promises that what it accepted is visible to the next read, so
 * that here a change leaves nothing behind to be served for another second.
 */
export function forgetAtOnce(cache: BodyCache): Pick<BodyCache, 'drop' | 'remove' | 'clear'> {
  return {
    drop: (eventIds) => cache.forget(eventIds),
    remove: (eventIds) => cache.remove(eventIds),
    clear: () => cache.clear(),
  };
}
