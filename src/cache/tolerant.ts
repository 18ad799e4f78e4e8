import type { EventId } from '../domain/values';
import { createPartsFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';
import { isOnItsWay } from './redis-servers';
import type { AssemblyLease, BodyCache, CacheEntry, LocalCopies, Made } from './cache';

/** The reading side of a cache that may be away: every read is a miss then, and nothing is stored. */
export interface TolerantCache {
  readonly copies?: LocalCopies | undefined;
  read(eventId: EventId): Promise<CacheEntry>;
  /** `away`: other processes may assemble the same body, and it cannot be stored. */
  acquire(eventId: EventId): Promise<AssemblyLease | 'taken' | 'away'>;
  store(eventId: EventId, lease: AssemblyLease, made: Made, ttlMs: number): Promise<void>;
  release(eventId: EventId, lease: AssemblyLease): Promise<void>;
  remove(eventId: EventId): Promise<void>;
}

const NOTHING: CacheEntry = { bytes: undefined, kept: undefined, leaseId: undefined, owner: undefined };

/** A part of the cache is not asked for so long after a failure: one that hangs must not delay every reader. */
const PAUSE_MS = 1_000;

export function createTolerantCache(cache: BodyCache, log: Logger): TolerantCache {
  const fault = createPartsFaultLog(log, {
    begins: 'the cache is away; every read is a miss until it is back',
    ends: 'the cache is back',
  });

  async function attempt<T>(eventId: EventId, operation: () => Promise<T>): Promise<T | undefined> {
    const part = cache.partOf(eventId);
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

  return {
    copies: cache.copies,
    read: async (eventId) => (await attempt(eventId, () => cache.read(eventId))) ?? NOTHING,
    acquire: async (eventId) => (await attempt(eventId, () => cache.acquire(eventId))) ?? 'away',
    store: (eventId, lease, made, ttlMs) => attempt(eventId, () => cache.store(eventId, lease, made, ttlMs)),
    release: (eventId, lease) => attempt(eventId, () => cache.release(eventId, lease)),
    remove: (eventId) => attempt(eventId, () => cache.remove([eventId])),
  };
}
