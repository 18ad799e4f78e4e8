import { LRUCache } from 'lru-cache';
import type { EventId, StoreId } from '../domain/values';
import { type BodyCache, type Made, OWNER_MS, type Turn, TURN_MS } from './cache';

/** Room for some twenty thousand dashboards. */
const MAX_BYTES = 128 * 1024 * 1024;
const MAX_EVENTS = 100_000;

interface Kept {
  readonly turn: Turn;
  readonly bytes: Buffer;
}

/** How long a version lasts that no body was stored under: longer than any assembly. With a body, it lasts as long. */
const VERSION_MS = 60_000;

/**
 * The cache of a service that is one process.
 *
 * @param keptMs how long a body is kept at least, though it may be served for less
 */
export function createInProcessCache(keptMs = 0): BodyCache {
  const bodies = new LRUCache<EventId, Kept>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ bytes }) => bytes.length,
  });
  // Versions of events that somebody asked for; one that was pushed out is simply a new one to the next reader. A body
  // may be served for as long as its version lasts, though it lies here for longer.
  const versions = new LRUCache<EventId, string>({ max: MAX_EVENTS });
  const turns = new LRUCache<EventId, string>({ max: MAX_EVENTS, ttl: TURN_MS });
  const owners = new LRUCache<EventId, StoreId>({ max: MAX_EVENTS, ttl: OWNER_MS });
  let turnsTaken = 0;

  const isServable = (eventId: EventId, { id, version }: Turn): boolean =>
    versions.get(eventId) === version || turns.get(eventId) === id;

  function abandon(eventId: EventId, turn: Turn): void {
    if (turns.get(eventId) === turn.id) turns.delete(eventId);
  }

  function keep(eventId: EventId, turn: Turn, { bytes, owner }: Made, ttl: number): void {
    if (!isServable(eventId, turn)) return;
    bodies.set(eventId, { turn, bytes }, { ttl: Math.max(ttl, keptMs) });
    if (versions.get(eventId) === turn.version) {
      versions.set(eventId, turn.version, { ttl });
      owners.set(eventId, owner);
    }
    // A turn that outlived its body would have readers wait for one that never comes.
    if (turns.get(eventId) === turn.id && turns.getRemainingTTL(eventId) > ttl)
      turns.set(eventId, turn.id, { ttl });
  }

  return {
    read(eventId) {
      const kept = bodies.get(eventId);
      const bytes = kept !== undefined && isServable(eventId, kept.turn) ? kept.bytes : undefined;
      const [turn, owner] = [turns.get(eventId), owners.get(eventId)];
      return Promise.resolve({ bytes, kept: kept?.bytes, turn, owner });
    },
    begin(eventId) {
      if (turns.has(eventId)) return Promise.resolve('taken');
      const id = String(++turnsTaken);
      const version = versions.get(eventId) ?? id;
      turns.set(eventId, id);
      // One that is there keeps its time: the body that was stored under it may be served no longer than that.
      if (version === id) versions.set(eventId, version, { ttl: VERSION_MS });
      return Promise.resolve({ id, version });
    },
    store(eventId, turn, made, ttlMs) {
      const ttl = Math.floor(ttlMs);
      if (ttl < 1) abandon(eventId, turn);
      else keep(eventId, turn, made, ttl);
      return Promise.resolve();
    },
    abandon: (eventId, turn) => Promise.resolve(abandon(eventId, turn)),
    drop(eventIds) {
      for (const eventId of eventIds) versions.delete(eventId);
      return Promise.resolve();
    },
    forget: (eventIds) => Promise.resolve(deleteFrom([versions, turns], eventIds)),
    remove: (eventIds) => Promise.resolve(deleteFrom([versions, turns, bodies, owners], eventIds)),
    clear() {
      versions.clear();
      owners.clear();
      return Promise.resolve();
    },
  };
}

function deleteFrom(
  maps: readonly { delete(eventId: EventId): boolean }[],
  eventIds: readonly EventId[],
): void {
  for (const eventId of eventIds) for (const map of maps) map.delete(eventId);
}
