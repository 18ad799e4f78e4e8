import type { EventId } from '../domain/values';
import { createFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';
import type { BodyCache, Found, Leases, Made, Turn } from './cache';

/** The reading side of a cache that may be away: then nothing is found and nothing kept, and no reader notices. */
export interface TolerantCache {
  readonly leases?: Leases | undefined;
  read(eventId: EventId): Promise<Found>;
  /** Away: nobody can be kept from making the same body, and there is nothing to store it under. */
  begin(eventId: EventId): Promise<Turn | 'taken' | 'away'>;
  store(eventId: EventId, turn: Turn, made: Made, ttlMs: number): Promise<void>;
  abandon(eventId: EventId, turn: Turn): Promise<void>;
  remove(eventIds: readonly EventId[]): Promise<void>;
}

const NOTHING: Found = { bytes: undefined, kept: undefined, turn: undefined, owner: undefined };

/** After a failure nobody waits for the cache again for so long: a cache that hangs must not slow every reader. */
const PAUSE_MS = 1_000;

export function createTolerantCache(cache: BodyCache, log: Logger): TolerantCache {
  const fault = createFaultLog(log, {
    begins: 'the cache is away; every read is a miss until it is back',
    ends: 'the cache is back',
  });
  let pausedUntil = 0;

  async function attempt<T>(operation: () => Promise<T>): Promise<T | undefined> {
    if (performance.now() < pausedUntil) return undefined;
    try {
      const result = await operation();
      fault.worked();
      return result;
    } catch (error) {
      fault.failed(error);
      pausedUntil = performance.now() + PAUSE_MS;
      return undefined;
    }
  }

  return {
    leases: cache.leases,
    read: async (eventId) => (await attempt(() => cache.read(eventId))) ?? NOTHING,
    begin: async (eventId) => (await attempt(() => cache.begin(eventId))) ?? 'away',
    store: (eventId, turn, made, ttlMs) => attempt(() => cache.store(eventId, turn, made, ttlMs)),
    abandon: (eventId, turn) => attempt(() => cache.abandon(eventId, turn)),
    remove: (eventIds) => attempt(() => cache.remove(eventIds)),
  };
}
