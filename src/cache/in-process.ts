import { LRUCache } from 'lru-cache';
import type { EventId, StoreId } from '../domain/values';
import {
  ASSEMBLY_LEASE_MS,
  type AssemblyLease,
  type BodyCache,
  type CacheEntry,
  type Made,
  OWNER_MS,
  servableUnder,
} from './cache';
import { type StoreVersions, VERSION_MS } from './store-versions';

/** Room for some twenty thousand dashboards. */
const MAX_BYTES = 128 * 1024 * 1024;
const MAX_EVENTS = 100_000;

interface Kept {
  readonly lease: AssemblyLease;
  readonly made: Made;
}

/**
 * The cache of a service that is one process.
 *
 * @param keptMs how long a body is kept at least, though it may be stale sooner
 */
export function createInProcessCache(keptMs = 0): BodyCache {
  const bodies = new LRUCache<EventId, Kept>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ made }) => made.bytes.length,
  });
  // Only of events that were read; an evicted version is replaced by the next reader. A body may be served for as long
  // as its version lasts, and is kept for longer.
  const versions = new LRUCache<EventId, string>({ max: MAX_EVENTS });
  const leases = new LRUCache<EventId, string>({ max: MAX_EVENTS, ttl: ASSEMBLY_LEASE_MS });
  const owners = new LRUCache<EventId, StoreId>({ max: MAX_EVENTS, ttl: OWNER_MS });
  let leasesGiven = 0;

  const isCurrent = (eventId: EventId, { version }: AssemblyLease): boolean =>
    versions.get(eventId) === version;
  const isRunning = (eventId: EventId, { id }: AssemblyLease): boolean => leases.get(eventId) === id;

  function release(eventId: EventId, lease: AssemblyLease): void {
    if (isRunning(eventId, lease)) leases.delete(eventId);
  }

  function keep(eventId: EventId, lease: AssemblyLease, made: Made, ttl: number): void {
    const mayStay = isCurrent(eventId, lease) && made.storeVersion !== undefined;
    if (!mayStay && !isRunning(eventId, lease)) return;
    bodies.set(eventId, { lease, made }, { ttl: Math.max(ttl, keptMs) });
    if (isCurrent(eventId, lease)) {
      versions.set(eventId, lease.version, { ttl });
      owners.set(eventId, made.owner);
    }
    // Readers wait for the body of a lease: one that outlived its body would have them wait for nothing.
    if (isRunning(eventId, lease) && leases.getRemainingTTL(eventId) > ttl)
      leases.set(eventId, lease.id, { ttl });
  }

  /** What of it may be served. */
  function servable(eventId: EventId, { lease, made }: Kept): Pick<CacheEntry, 'bytes' | 'under'> {
    if (isRunning(eventId, lease)) return { bytes: made.bytes };
    return isCurrent(eventId, lease) ? servableUnder(made) : { bytes: undefined };
  }

  return {
    storeVersions: createStoreVersions(),
    partOf: () => 'all',
    placeOf: () => 'here',
    read(eventId) {
      const kept = bodies.get(eventId);
      const found = kept === undefined ? { bytes: undefined } : servable(eventId, kept);
      const [leaseId, owner] = [leases.get(eventId), owners.get(eventId)];
      return Promise.resolve({ ...found, kept: kept?.made.bytes, leaseId, owner });
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

function createStoreVersions(): StoreVersions {
  const versions = new LRUCache<StoreId, string>({ max: MAX_EVENTS });
  let versionsGiven = 0;

  return {
    read: (store) => Promise.resolve(versions.get(store)),
    take(store) {
      const known = versions.get(store);
      if (known !== undefined) return Promise.resolve(known);
      const version = String(++versionsGiven);
      versions.set(store, version, { ttl: VERSION_MS });
      return Promise.resolve(version);
    },
    extend(store, version, ttlMs) {
      const isCurrent = versions.get(store) === version;
      if (isCurrent && versions.getRemainingTTL(store) < ttlMs)
        versions.set(store, version, { ttl: Math.ceil(ttlMs) });
      return Promise.resolve(isCurrent);
    },
    drop(stores) {
      for (const store of stores) versions.delete(store);
      return Promise.resolve();
    },
  };
}
