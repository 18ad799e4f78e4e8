import { LRUCache } from 'lru-cache';
import type { EventId, StoreId } from '../domain/values';
import { createPartsFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';
import { isOnItsWay } from './redis-servers';
import {
  ASSEMBLY_LEASE_MS,
  type AssemblyLease,
  type BodyCache,
  type CacheEntry,
  type LocalCopies,
  type Made,
  type StoreVersion,
} from './cache';

/** A lease, and the version of the event's store when it began. */
export interface LeaseUnderStore extends AssemblyLease {
  /** Undefined where the store's part is away. */
  readonly under: StoreVersion | undefined;
  /** Until when the lease cannot have ended by its time, by `performance.now()`. */
  readonly runsUntil: number;
}

/**
 * The reading side of a cache that may be away: every read is a miss then, and nothing is stored. It puts together what is kept of
 * an event and of its store, either of which may be away alone.
 */
export interface TolerantCache {
  readonly copies?: LocalCopies | undefined;
  /** Asks the cache for an event that there is not. @returns whether a part of it is away */
  isAway(): Promise<boolean>;
  read(eventId: EventId): Promise<CacheEntry>;
  /**
   * To be called before the data is read.
   *
   * @param store the event's, as far as is known
   * @returns `away`: other processes may assemble the same body, and it cannot be stored
   */
  acquire(eventId: EventId, store: StoreId): Promise<LeaseUnderStore | 'taken' | 'away'>;
  store(
    eventId: EventId,
    lease: LeaseUnderStore,
    made: Omit<Made, 'storeVersion'>,
    ttlMs: number,
  ): Promise<void>;
  release(eventId: EventId, lease: AssemblyLease): Promise<void>;
  remove(eventId: EventId): Promise<void>;
}

const NOTHING: CacheEntry = { bytes: undefined, kept: undefined, leaseId: undefined, owner: undefined };

const NO_EVENT = '00000000-0000-0000-0000-000000000000' as EventId;

/** A part of the cache is not asked for so long after a failure: one that hangs must not delay every reader. */
const PAUSE_MS = 1_000;
/** Of so many events it is known whose they were, so that both are asked for at once: some ten MB. */
const MAX_EVENTS = 50_000;

export function createTolerantCache(cache: BodyCache, log: Logger): TolerantCache {
  const fault = createPartsFaultLog(log, {
    begins: 'the cache is away; every read is a miss until it is back',
    ends: 'the cache is back',
  });
  /** Of which store a body was that was read last. A guess: the body that is read tells. */
  const lastStores = new LRUCache<EventId, StoreId>({ max: MAX_EVENTS });

  async function attempt<T>(id: EventId | StoreId, operation: () => Promise<T>): Promise<T | undefined> {
    const part = cache.partOf(id);
    if (fault.hasFailedWithin(part, PAUSE_MS)) return undefined;
    try {
      const result = await operation();
      fault.worked(part);
      return result;
    } catch (error) {
      // The others of this part are where they were, and may be asked for.
      if (!isOnItsWay(error)) fault.failed(part, error);
      return undefined;
    }
  }

  async function versionOf(store: StoreId): Promise<StoreVersion | undefined> {
    const version = await attempt(store, () => cache.storeVersions.read(store));
    return version === undefined ? undefined : { store, version };
  }

  return {
    copies: cache.copies,
    async isAway() {
      await attempt(NO_EVENT, () => cache.read(NO_EVENT));
      return fault.isFailing;
    },
    async read(eventId) {
      const guess = lastStores.get(eventId);
      const [entry = NOTHING, guessed] = await Promise.all([
        attempt(eventId, () => cache.read(eventId)),
        guess && versionOf(guess),
      ]);
      const { under } = entry;
      const store = under?.store ?? entry.owner;
      if (store === undefined) return entry;
      lastStores.set(eventId, store);
      // Also where it does not matter: how long it takes must not tell a viewer who may not read whether the event has changed.
      const current = store === guess ? guessed : await versionOf(store);
      const isServable = under === undefined || current?.version === under.version;
      return isServable ? entry : { ...entry, bytes: undefined };
    },
    async acquire(eventId, store) {
      const runsUntil = performance.now() + ASSEMBLY_LEASE_MS;
      const [lease = 'away', version] = await Promise.all([
        attempt(eventId, () => cache.acquire(eventId)),
        attempt(store, () => cache.storeVersions.take(store)),
      ]);
      if (typeof lease === 'string') return lease;
      return { ...lease, under: version === undefined ? undefined : { store, version }, runsUntil };
    },
    async store(eventId, lease, { bytes, owner }, ttlMs) {
      // An event that has come to another store since is not of this one's version.
      const under = lease.under?.store === owner ? lease.under : undefined;
      const extended = under && attempt(owner, () => cache.storeVersions.extend(owner, under.version, ttlMs));
      // A late one is kept only under a version that holds: its store may have changed, and a newer body be there.
      const isLate = performance.now() >= lease.runsUntil;
      const storeVersion = !isLate || (await extended) === true ? under?.version : undefined;
      const made = { bytes, owner, storeVersion };
      await Promise.all([extended, attempt(eventId, () => cache.store(eventId, lease, made, ttlMs))]);
    },
    release: (eventId, lease) => attempt(eventId, () => cache.release(eventId, lease)),
    remove: (eventId) => attempt(eventId, () => cache.remove([eventId])),
  };
}
