import type { EventId, StoreId } from '../../domain/values';
import type { BodyCache } from '../../cache/cache';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import type { Notifications } from '../notifications/notifications';
import { Pending } from './pending';

/** What a committed batch changed. */
export interface Change {
  /** Events whose own statistics changed. */
  readonly events: readonly EventId[];
  /** Stores any of whose figures changed: each of their events compares itself with the others. */
  readonly stores: readonly StoreId[];
  /** Events that belong to another store than before: what was made of them is nobody's any more. */
  readonly moved?: readonly EventId[];
}

/**
 * How a commit in a worker is heard by caches and subscribers, so that neither imports the other. Announcing neither
 * fails nor waits: the commit stands whether or not anybody can be told right now.
 */
export interface Changes {
  announce(change: Change): void;
  /** For when changes may have gone unannounced: a worker may have died between its commit and its word. */
  announceEverything(): void;
  /** Resolves when all that was announced before has been told, or could not be told at the first try. */
  settled(): Promise<void>;
  /** Tells what is left, if it can be told, and ends. */
  stop(): Promise<void>;
}

export interface ChangesOptions {
  readonly cache: Pick<BodyCache, 'drop' | 'remove' | 'clear'>;
  readonly notifications: Pick<Notifications, 'publish' | 'publishGap'>;
  /** The events of these stores as they stand after the commit. */
  readonly eventsOf: (stores: readonly StoreId[]) => Promise<readonly EventId[]>;
  /** The events that have moved since the oldest body was made that a cache may still have. */
  readonly movedLately: () => Promise<readonly EventId[]>;
  /**
   * How long after stores were told of last the next ones are, in milliseconds; 0 tells of them at once. Of a change in
   * one of its events all events of a store are told, of which there may be any number. The event itself never waits.
   */
  readonly storesEveryMs?: number;
  readonly log: Logger;
}

const RETRY_AFTER_MS = 500;

export function createChanges(options: ChangesOptions): Changes {
  const { cache, notifications, eventsOf, movedLately, storesEveryMs = 0, log } = options;
  let pending = new Pending();
  let running: Promise<void> = Promise.resolve();
  let later: NodeJS.Timeout | undefined;
  /** When stores were last told of, by performance.now(). */
  let storesToldAt = -Infinity;
  const fault = createFaultLog(log, {
    begins: 'changes cannot be told; trying until they can',
    ends: 'changes are told again',
  });

  /** One round at a time; what is announced meanwhile is told in the next. */
  async function tell(withStores: 'when due' | 'now'): Promise<void> {
    const dueInMs = withStores === 'now' ? 0 : storesToldAt + storesEveryMs - performance.now();
    const telling = pending.take(dueInMs > 0 ? 'all but stores' : 'all');
    if (!pending.isEmpty()) later ??= setTimeout(() => void schedule(), dueInMs);
    if (telling.isEmpty()) return;
    if (telling.hasStores()) storesToldAt = performance.now();
    try {
      // What belongs to somebody else goes first, and whether or not the database can be asked for what follows: as long
      // as it cannot, a body that is kept would be shown.
      await cache.remove([...telling.moved]);
      telling.moved.clear();
      if (telling.everything) {
        await cache.clear();
        await notifications.publishGap();
        telling.everything = false;
      }
      if (telling.unknownMoves) {
        await cache.remove(await movedLately());
        telling.unknownMoves = false;
      }
      const events = [...new Set([...telling.events, ...(await eventsOf([...telling.stores]))])];
      // The cache first: who is woken by the word may ask over REST next.
      await cache.drop(events);
      await notifications.publish(events);
      fault.worked();
    } catch (error) {
      fault.failed(error);
      pending = telling.and(pending);
      storesToldAt = -Infinity;
      clearTimeout(later);
      later = setTimeout(() => void schedule(), RETRY_AFTER_MS);
    }
  }

  function schedule(withStores: 'when due' | 'now' = 'when due'): Promise<void> {
    clearTimeout(later);
    later = undefined;
    running = running.then(() => tell(withStores));
    return running;
  }

  return {
    announce({ events, stores, moved = [] }) {
      pending.add(events, stores, moved);
      void schedule();
    },
    announceEverything() {
      pending.addEverything();
      void schedule();
    },
    settled: () => schedule('now'),
    async stop() {
      await schedule('now');
      clearTimeout(later);
    },
  };
}
