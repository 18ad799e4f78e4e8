import type { EventId } from '../../schema/values';
import type { Logger } from '../log';
import type { BodyCache } from './cache';

/** The reading side of a cache that may be away: then nothing is found and nothing kept, and no reader notices. */
export interface TolerantCache {
  read(eventId: EventId): Promise<Buffer | undefined>;
  /** Undefined while the cache is away: there is nothing to store a body under. */
  version(eventId: EventId): Promise<string | undefined>;
  store(eventId: EventId, version: string, body: Buffer, ttlMs: number): Promise<void>;
}

/** After a failure nobody waits for the cache again for so long: a cache that hangs must not slow every reader. */
const PAUSE_MS = 1_000;

export function createTolerantCache(cache: BodyCache, log: Logger): TolerantCache {
  let pausedUntil = 0;
  let isAway = false;

  async function attempt<T>(operation: () => Promise<T>): Promise<T | undefined> {
    if (performance.now() < pausedUntil) return undefined;
    try {
      const result = await operation();
      if (isAway) log.info('the cache is back');
      isAway = false;
      return result;
    } catch (error) {
      if (!isAway) log.warn({ err: error }, 'the cache is away; every read is a miss until it is back');
      isAway = true;
      pausedUntil = performance.now() + PAUSE_MS;
      return undefined;
    }
  }

  return {
    read: (eventId) => attempt(() => cache.read(eventId)),
    version: (eventId) => attempt(() => cache.version(eventId)),
    store: (eventId, version, body, ttlMs) => attempt(() => cache.store(eventId, version, body, ttlMs)),
  };
}
