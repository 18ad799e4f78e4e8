import type { EventId, StoreId } from '../../domain/values';
import type { BodyCache } from '../../cache/cache';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import { tryEach } from '../../runtime/try-each';
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
  readonly cache: Pick<BodyCache, 'partOf' | 'drop' | 'remove' | 'clear'>;
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
  const fault = createFaultLog(log, {
    begins: 'changes cannot be published; trying until they can',
    ends: 'changes are published again',
  });

  /** One at a time: what is added while it runs is published by the next. */
  async function publishPending(when: When): Promise<void> {
    if (when !== 'new and due') takeBack();
    const dueInMs = when === 'all' ? 0 : storesPublishedAt + storesEveryMs - performance.now();
    const publishing = pending.take(dueInMs > 0 ? 'all but stores' : 'all');
    if (!pending.isEmpty()) timer ??= setTimeout(() => void schedule('new and due'), dueInMs);
    if (publishing.isEmpty()) return;
    if (publishing.hasStores()) storesPublishedAt = performance.now();
    const failures = await publishNow(publishing);
    if (failures.length === 0) {
      if (unpublished.isEmpty()) fault.worked();
      return;
    }
    fault.failed(failures.length === 1 ? failures[0] : new AggregateError(failures));
    unpublished.mergedWith(publishing);
    storesPublishedAt = -Infinity;
    retry ??= setTimeout(() => void schedule('due'), RETRY_AFTER_MS);
  }

  function takeBack(): void {
    clearTimeout(retry);
    retry = undefined;
    pending = unpublished.mergedWith(pending);
    unpublished = new PendingChanges();
  }

  /** Takes out of the changes what is published. One that cannot be holds up no other. @returns what the others failed with */
  async function publishNow(publishing: PendingChanges): Promise<readonly unknown[]> {
    const { moved, events, stores } = publishing;
    const failures: unknown[] = [];
    const attempt = async (step: () => Promise<void>): Promise<void> => {
      await step().catch((error: unknown) => void failures.push(error));
    };
    // Entries of moved events go first: a body that is kept would be shown to its former owner.
    await attempt(() => inParts(moved, (part) => cache.remove(part)));
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
        for (const event of await movedLately()) moved.add(event);
        publishing.hasUnknownMoves = false;
        await inParts(moved, (part) => cache.remove(part));
      });
    if (stores.size > 0)
      await attempt(async () => {
        for (const event of await eventsOf([...stores])) events.add(event);
        stores.clear();
      });
    await attempt(() =>
      inParts(events, async (part) => {
        // The cache first: a subscriber that is notified may ask over REST next.
        await cache.drop(part);
        await notifications.publish(part);
      }),
    );
    return failures;
  }

  /**
   * Part by part of the cache, each of which may be away for itself. Takes out of the events those that it worked for.
   *
   * @throws AggregateError with what it failed with for others
   */
  async function inParts(
    events: Set<EventId>,
    tell: (part: readonly EventId[]) => Promise<void>,
  ): Promise<void> {
    const parts = new Map<string, EventId[]>();
    for (const event of events) {
      const name = cache.partOf(event);
      const part = parts.get(name);
      if (part === undefined) parts.set(name, [event]);
      else part.push(event);
    }
    const { error } = await tryEach([...parts.values()], async (part) => {
      await tell(part);
      for (const event of part) events.delete(event);
    });
    if (error !== undefined) throw error;
  }

  function schedule(when: When): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    running = running.then(() => publishPending(when));
    return running;
  }

  return {
    publish({ events, stores, moved = [] }) {
      pending.add(events, stores, moved);
      void schedule('new and due');
    },
    publishFullChange() {
      pending.addFullChange();
      void schedule('new and due');
    },
    flush: () => schedule('all'),
    async stop() {
      await schedule('all');
      clearTimeout(timer);
      clearTimeout(retry);
    },
  };
}
