import type { BodyCache } from './cache';

/**
 * For a service whose messages come in over HTTP: it promises that an accepted message is visible to the next read, so no
 * earlier body is served for another second.
 */
export function forgetAtOnce(cache: BodyCache): Pick<BodyCache, 'drop' | 'remove' | 'clear'> {
  return {
    drop: (eventIds) => cache.forget(eventIds),
    remove: (eventIds) => cache.remove(eventIds),
    clear: () => cache.clear(),
  };
}
