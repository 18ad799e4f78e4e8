import { LRUCache } from 'lru-cache';
import type { EventId, StoreId } from '../domain/values';
import { ASSEMBLY_LEASE_MS, type AssemblyLease, type BodyCache, type Made, OWNER_MS } from './cache';

/** Room for some twenty thousand dashboards. */
const MAX_BYTES = 128 * 1024 * 1024;
const MAX_EVENTS = 100_000;

interface Kept {
  readonly lease: AssemblyLease;
  readonly bytes: Buffer;
}

/** How long a version lasts without a body: longer than any assembly. With a body, it lasts as long as the body. */
const VERSION_MS = 60_000;

/**
 * The cache of a service that is one process.
 *
 * @param keptMs how long a body is kept at least, though it may be stale sooner
 */
export function createInProcessCache(keptMs = 0): BodyCache {
  const bodies = new LRUCache<EventId, Kept>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ bytes }) => bytes.length,
  });
  // Only of events that were read; an evicted version is replaced by the next reader. A body may be served for as long
  // as its version lasts, and is kept for longer.
  const versions = new LRUCache<EventId, string>({ max: MAX_EVENTS });
  const leases = new LRUCache<EventId, string>({ max: MAX_EVENTS, ttl: ASSEMBLY_LEASE_MS });
  const owners = new LRUCache<EventId, StoreId>({ max: MAX_EVENTS, ttl: OWNER_MS });
  let leasesGiven = 0;

  const isServable = (eventId: EventId, { id, version }: AssemblyLease): boolean =>
    versions.get(eventId) === version || leases.get(eventId) === id;

  function release(eventId: EventId, lease: AssemblyLease): void {
    if (leases.get(eventId) === lease.id) leases.delete(eventId);
  }

  function keep(eventId: EventId, lease: AssemblyLease, { bytes, owner }: Made, ttl: number): void {
    if (!isServable(eventId, lease)) return;
    bodies.set(eventId, { lease, bytes }, { ttl: Math.max(ttl, keptMs) });
    if (versions.get(eventId) === lease.version) {
      versions.set(eventId, lease.version, { ttl });
      owners.set(eventId, owner);
    }
    // Readers wait for the body of a lease: one that outlived its body would have them wait for nothing.
    if (leases.get(eventId) === lease.id && leases.getRemainingTTL(eventId) > ttl)
      leases.set(eventId, lease.id, { ttl });
  }

  return {
    partOf: () => 'all',
    placeOf: () => 'here',
    read(eventId) {
      const kept = bodies.get(eventId);
      const bytes = kept !== undefined && isServable(eventId, kept.lease) ? kept.bytes : undefined;
      const [leaseId, owner] = [leases.get(eventId), owners.get(eventId)];
      return Promise.resolve({ bytes, kept: kept?.bytes, leaseId, owner });
    },
    acquire(eventId) {
      if (leases.has(eventId)) return Promise.resolve('taken');
      const id = String(++leasesGiven);
      const version = versions.get(eventId) ?? id;
      leases.set(eventId, id);
      // An existing version keeps its time to live, since the body stored under it may be served no longer.
      if (version === id) versions.set(eventId, version, { ttl: VERSION_MS });
      return Promise.resolve({ id, version });
    },
    store(eventId, lease, made, ttlMs) {
      const ttl = Math.floor(ttlMs);
      if (ttl < 1) release(eventId, lease);
      else keep(eventId, lease, made, ttl);
      return Promise.resolve();
    },
    release: (eventId, lease) => Promise.resolve(release(eventId, lease)),
    drop(eventIds) {
      for (const eventId of eventIds) versions.delete(eventId);
      return Promise.resolve();
    },
    forget: (eventIds) => Promise.resolve(deleteFrom([versions, leases], eventIds)),
    remove: (eventIds) => Promise.resolve(deleteFrom([versions, leases, bodies, owners], eventIds)),
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
