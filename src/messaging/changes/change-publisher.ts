import type { EventId, StoreId } from '../../domain/values';
import type { BodyCache } from '../../cache/cache';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import type { Notifications } from '../notifications/notifications';
import { PendingChanges } from './pending-changes';

/** What a committed batch changed. */
export interface Change {
  /** Events whose own statistics changed. */
  readonly events: readonly EventId[];
  /** Stores any of whose statistics changed: each of their events compares itself with the others. */
  readonly stores: readonly StoreId[];
  /** Events that belong to another store than before: no cache entry of them may be served any more. */
  readonly moved?: readonly EventId[];
}

/**
 * Tells caches and subscribers what a worker committed, so that neither imports the other. Publishing neither fails nor
 * waits: the commit stands whether or not it can be published right now.
 */
export interface ChangePublisher {
  publish(change: Change): void;
  /** For when changes may have gone unpublished: a worker may have died between its commit and its publication. */
  publishFullChange(): void;
  /** Resolves when every change before this call has been published, or the first attempt at it has failed. */
  flush(): Promise<void>;
  /** Publishes what is pending, if it can be published, and ends. */
  stop(): Promise<void>;
}

export interface ChangePublisherOptions {
  readonly cache: Pick<BodyCache, 'drop' | 'remove' | 'clear'>;
  readonly notifications: Pick<Notifications, 'publish' | 'publishGap'>;
  /** The events of these stores as they stand after the commit. */
  readonly eventsOf: (stores: readonly StoreId[]) => Promise<readonly EventId[]>;
  /** The events that have moved since the oldest body was assembled that a cache may still have. */
  readonly movedLately: () => Promise<readonly EventId[]>;
  /**
   * How often the changes of stores are published at most, in milliseconds; 0 publishes them at once. A change in one
   * event is published for all events of its store, of which there may be any number. The event itself never waits.
   */
  readonly storesEveryMs?: number;
  readonly log: Logger;
}

const RETRY_AFTER_MS = 500;

export function createChangePublisher(options: ChangePublisherOptions): ChangePublisher {
  const { cache, notifications, eventsOf, movedLately, storesEveryMs = 0, log } = options;
  let pending = new PendingChanges();
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  /** When the changes of stores were last published, by performance.now(). */
  let storesPublishedAt = -Infinity;
  const fault = createFaultLog(log, {
    begins: 'changes cannot be published; trying until they can',
    ends: 'changes are published again',
  });

  /** One at a time: what is added while it runs is published by the next. */
  async function publishPending(withStores: 'when due' | 'now'): Promise<void> {
    const dueInMs = withStores === 'now' ? 0 : storesPublishedAt + storesEveryMs - performance.now();
    const publishing = pending.take(dueInMs > 0 ? 'all but stores' : 'all');
    if (!pending.isEmpty()) timer ??= setTimeout(() => void schedule(), dueInMs);
    if (publishing.isEmpty()) return;
    if (publishing.hasStores()) storesPublishedAt = performance.now();
    try {
      // Entries of moved events go first, and even when the database cannot be asked for what follows: a body that is
      // kept would be shown to its former owner for as long as the database is away.
      await cache.remove([...publishing.moved]);
      publishing.moved.clear();
      if (publishing.isFull) {
        await cache.clear();
        await notifications.publishGap();
        publishing.isFull = false;
      }
      if (publishing.hasUnknownMoves) {
        await cache.remove(await movedLately());
        publishing.hasUnknownMoves = false;
      }
      const events = [...new Set([...publishing.events, ...(await eventsOf([...publishing.stores]))])];
      // The cache first: a subscriber that is notified may ask over REST next.
      await cache.drop(events);
      await notifications.publish(events);
      fault.worked();
    } catch (error) {
      fault.failed(error);
      pending = publishing.mergedWith(pending);
      storesPublishedAt = -Infinity;
      clearTimeout(timer);
      timer = setTimeout(() => void schedule(), RETRY_AFTER_MS);
    }
  }

  function schedule(withStores: 'when due' | 'now' = 'when due'): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    running = running.then(() => publishPending(withStores));
    return running;
  }

  return {
    publish({ events, stores, moved = [] }) {
      pending.add(events, stores, moved);
      void schedule();
    },
    publishFullChange() {
      pending.addFullChange();
      void schedule();
    },
    flush: () => schedule('now'),
    async stop() {
      await schedule('now');
      clearTimeout(timer);
    },
  };
}
