import type { EventId, StoreId } from '../../domain/values';
import type { AnnouncedTo } from '../../cache/cache';
import { createPartsFaultLog } from '../../observability/fault-log';
import { runInSpan } from '../../observability/traces/current-span';
import type { Logger } from '../../observability/log';
import type { Notifications } from '../notifications/notifications';
import { createAnnouncements } from './announcements';
import { PendingChanges } from './pending-changes';

/** What a committed batch changed. */
export interface Change {
  /** Events whose own statistics changed. */
  readonly events: readonly EventId[];
  /** Stores any of whose statistics changed: each of their events compares itself with the others. Announced by the store alone. */
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
  readonly cache: AnnouncedTo;
  readonly notifications: Pick<Notifications, 'publish' | 'publishGap'>;
  /**
   * The events of these stores as they stand after the commit, where no body of any of them may be served for the rest of its
   * lease, which belongs to the event: they are published one by one besides.
   */
  readonly eventsOf?: (stores: readonly StoreId[]) => Promise<readonly EventId[]>;
  /** The events that have moved since the oldest body was assembled that a cache may still have. */
  readonly movedLately: () => Promise<readonly EventId[]>;
  /**
   * How often the changes of stores are published at most, in milliseconds; 0 publishes them at once. A change in one
   * event ends the bodies of all events of its store, of which there may be any number. The event itself never waits.
   */
  readonly storesEveryMs?: number;
  readonly log: Logger;
}

const RETRY_AFTER_MS = 500;
/** What fails for the whole of the cache, and not for a part of it. */
const GENERAL = 'general';

/** What is published: stores when they are due, and what failed before when it is tried again; or all there is. */
type When = 'new and due' | 'due' | 'all';

export function createChangePublisher(options: ChangePublisherOptions): ChangePublisher {
  const { cache, notifications, eventsOf, movedLately, storesEveryMs = 0, log } = options;
  let pending = new PendingChanges();
  /** What could not be published, until it is tried again. */
  let unpublished = new PendingChanges();
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  /** When the changes of stores were last published, by performance.now(). */
  let storesPublishedAt = -Infinity;
  const fault = createPartsFaultLog(log, {
    begins: 'changes cannot be published; trying until they can',
    ends: 'changes are published again',
  });
  const announcements = createAnnouncements({ cache, notifications, fault, onFailed: setAside });
  cache.onMove?.(() => {
    const again = announcements.ofFormerPlaces();
    if (again.isEmpty()) return;
    pending.mergedWith(again);
    void schedule('new and due');
  });

  /** One at a time: what is added while it runs is published by the next. */
  async function publishPending(when: When): Promise<void> {
    if (when !== 'new and due') takeBack();
    const dueInMs = when === 'all' ? 0 : storesPublishedAt + storesEveryMs - performance.now();
    const publishing = pending.take(dueInMs > 0 ? 'all but stores' : 'all');
    if (!pending.isEmpty()) timer ??= setTimeout(() => void schedule('new and due'), dueInMs);
    if (publishing.isEmpty()) return;
    if (publishing.hasStores()) storesPublishedAt = performance.now();
    // Ahead of all that may have to be waited for: a body that is kept would be shown to its former owner.
    const { ids } = publishing.takeIds();
    announcements.announce({ ids });
    const failures = await resolve(publishing, [...ids.stores]);
    announcements.announce(publishing.takeIds());
    if (failures.length === 0) fault.worked(GENERAL);
    else {
      fault.failed(GENERAL, failures.length === 1 ? failures[0] : new AggregateError(failures));
      // What was announced of them may be announced again.
      if (eventsOf !== undefined) publishing.add('stores', ids.stores);
      setAside(publishing);
    }
  }

  function setAside(changes: PendingChanges): void {
    if (changes.hasStores()) storesPublishedAt = -Infinity;
    unpublished.mergedWith(changes);
    // In no batch's trace: it is set anew for as long as the outage lasts.
    retry ??= runInSpan(undefined, () => setTimeout(() => void schedule('due'), RETRY_AFTER_MS));
  }

  /** What could not be published is tried again. */
  function takeBack(): void {
    clearTimeout(retry);
    retry = undefined;
    pending = unpublished.mergedWith(pending);
    unpublished = new PendingChanges();
  }

  /** Does what concerns the whole cache, and finds the events that are to be announced. What fails holds up nothing else. */
  async function resolve(
    publishing: PendingChanges,
    stores: readonly StoreId[],
  ): Promise<readonly unknown[]> {
    const failures: unknown[] = [];
    const attempt = async (step: () => Promise<void>): Promise<void> => {
      await step().catch((error: unknown) => void failures.push(error));
    };
    if (publishing.isFull)
      await attempt(async () => {
        await cache.clear();
        publishing.isFull = false;
        publishing.isGapDue = true;
      });
    if (publishing.isGapDue)
      await attempt(async () => {
        await notifications.publishGap();
        publishing.isGapDue = false;
      });
    if (publishing.hasUnknownMoves)
      await attempt(async () => {
        publishing.add('moved', await movedLately());
        publishing.hasUnknownMoves = false;
      });
    if (eventsOf !== undefined && stores.length > 0)
      await attempt(async () => {
        publishing.add('events', await eventsOf(stores));
      });
    return failures;
  }

  /** A part that hangs is waited for here alone: there may be changes of others. */
  async function publishAll(): Promise<void> {
    await schedule('all');
    await announcements.settled();
  }

  function schedule(when: When): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    running = running.then(() => publishPending(when));
    return running;
  }

  return {
    publish({ events, stores, moved = [] }) {
      pending.add('moved', moved);
      pending.add('events', events);
      pending.add('stores', stores);
      void schedule('new and due');
    },
    publishFullChange() {
      pending.addFullChange();
      void schedule('new and due');
    },
    flush: publishAll,
    async stop() {
      await publishAll();
      clearTimeout(timer);
      clearTimeout(retry);
    },
  };
}
