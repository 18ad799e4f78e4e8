import { LRUCache } from 'lru-cache';
import type { EventId } from '../../schema/values';
import { type BodyCache, type Turn, TURN_MS } from './cache';

/** Room for some twenty thousand dashboards. */
const MAX_BYTES = 128 * 1024 * 1024;
const MAX_EVENTS = 100_000;

interface Kept {
  readonly turn: Turn;
  readonly bytes: Buffer;
}

/** The cache of a service that is one process. */
export function createInProcessCache(): BodyCache {
  const bodies = new LRUCache<EventId, Kept>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ bytes }) => bytes.length,
  });
  // Versions of events that somebody asked for; one that was pushed out is simply a new one to the next reader.
  const versions = new LRUCache<EventId, string>({ max: MAX_EVENTS });
  const turns = new LRUCache<EventId, string>({ max: MAX_EVENTS, ttl: TURN_MS });
  let turnsTaken = 0;

  const isServable = (eventId: EventId, { id, version }: Turn): boolean =>
    versions.get(eventId) === version || turns.get(eventId) === id;

  function abandon(eventId: EventId, turn: Turn): void {
    if (turns.get(eventId) === turn.id) turns.delete(eventId);
  }

  function keep(eventId: EventId, turn: Turn, bytes: Buffer, ttl: number): void {
    if (!isServable(eventId, turn)) return;
    bodies.set(eventId, { turn, bytes }, { ttl });
    // A turn that outlived its body would have readers wait for one that never comes.
    if (turns.get(eventId) === turn.id && turns.getRemainingTTL(eventId) > ttl)
      turns.set(eventId, turn.id, { ttl });
  }

  return {
    read(eventId) {
      const kept = bodies.get(eventId);
      const bytes = kept !== undefined && isServable(eventId, kept.turn) ? kept.bytes : undefined;
      return Promise.resolve({ bytes, turn: turns.get(eventId) });
    },
    begin(eventId) {
      if (turns.has(eventId)) return Promise.resolve('taken');
      const id = String(++turnsTaken);
      const version = versions.get(eventId) ?? id;
      turns.set(eventId, id);
      versions.set(eventId, version);
      return Promise.resolve({ id, version });
    },
    store(eventId, turn, body, ttlMs) {
      const ttl = Math.floor(ttlMs);
      if (ttl < 1) abandon(eventId, turn);
      else keep(eventId, turn, body, ttl);
      return Promise.resolve();
    },
    abandon: (eventId, turn) => Promise.resolve(abandon(eventId, turn)),
    drop(eventIds) {
      for (const eventId of eventIds) versions.delete(eventId);
      return Promise.resolve();
    },
    forget(eventIds) {
      for (const eventId of eventIds) {
        for (const kept of [versions, turns, bodies]) kept.delete(eventId);
      }
      return Promise.resolve();
    },
    clear: () => Promise.resolve(versions.clear()),
  };
}
