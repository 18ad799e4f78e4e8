import type { EventId } from '../domain/values';
import { createFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';
import type { AssemblyLease, BodyCache, CacheEntry, LocalCopies, Made } from './cache';

/** The reading side of a cache that may be away: every read is a miss then, and nothing is stored. */
export interface TolerantCache {
  readonly copies?: LocalCopies | undefined;
  read(eventId: EventId): Promise<CacheEntry>;
  /** `away`: other processes may assemble the same body, and it cannot be stored. */
  acquire(eventId: EventId): Promise<AssemblyLease | 'taken' | 'away'>;
  store(eventId: EventId, lease: AssemblyLease, made: Made, ttlMs: number): Promise<void>;
  release(eventId: EventId, lease: AssemblyLease): Promise<void>;
  remove(eventIds: readonly EventId[]): Promise<void>;
}

const NOTHING: CacheEntry = { bytes: undefined, kept: undefined, leaseId: undefined, owner: undefined };

/** The cache is not asked for so long after a failure: a cache that hangs must not delay every reader. */
const PAUSE_MS = 1_000;

export function createTolerantCache(cache: BodyCache, log: Logger): TolerantCache {
  const fault = createFaultLog(log, {
    begins: 'the cache is away; every read is a miss until it is back',
    ends: 'the cache is back',
  });

  async function attempt<T>(operation: () => Promise<T>): Promise<T | undefined> {
    if (fault.hasFailedWithin(PAUSE_MS)) return undefined;
    try {
      const result = await operation();
      fault.worked();
      return result;
    } catch (error) {
      fault.failed(error);
      return undefined;
    }
  }

  return {
    copies: cache.copies,
    read: async (eventId) => (await attempt(() => cache.read(eventId))) ?? NOTHING,
    acquire: async (eventId) => (await attempt(() => cache.acquire(eventId))) ?? 'away',
    store: (eventId, lease, made, ttlMs) => attempt(() => cache.store(eventId, lease, made, ttlMs)),
    release: (eventId, lease) => attempt(() => cache.release(eventId, lease)),
    remove: (eventIds) => attempt(() => cache.remove(eventIds)),
  };
}
