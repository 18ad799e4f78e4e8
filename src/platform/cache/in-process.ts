import { LRUCache } from 'lru-cache';
import type { EventId } from '../../schema/values';
import type { BodyCache } from './cache';

/** Room for some twenty thousand dashboards. */
const MAX_BYTES = 128 * 1024 * 1024;

/** The cache of a service that is one process. */
export function createInProcessCache(): BodyCache {
  const bodies = new LRUCache<EventId, Buffer>({
    maxSize: MAX_BYTES,
    sizeCalculation: (body) => body.length,
  });
  // Versions of events that somebody asked for; one that was pushed out is simply a new one to the next reader.
  const versions = new LRUCache<EventId, string>({ max: 100_000 });
  let changes = 0;

  return {
    read: (eventId) => Promise.resolve(bodies.get(eventId)),
    version(eventId) {
      const current = versions.get(eventId) ?? String(++changes);
      versions.set(eventId, current);
      return Promise.resolve(current);
    },
    store(eventId, version, body, ttlMs) {
      if (versions.get(eventId) === version && ttlMs > 0)
        bodies.set(eventId, body, { ttl: Math.ceil(ttlMs) });
      return Promise.resolve();
    },
    drop(eventIds) {
      for (const eventId of eventIds) {
        versions.delete(eventId);
        bodies.delete(eventId);
      }
      return Promise.resolve();
    },
    clear() {
      versions.clear();
      bodies.clear();
      return Promise.resolve();
    },
  };
}
