import type { EventId, StoreId } from '../../schema/values';
import type { BodyCache } from '../cache/cache';
import type { Logger } from '../log';
import type { Notifications } from '../notifications/notifications';

/** What a committed batch changed. */
export interface Change {
  /** Events whose own statistics changed. */
  readonly events: readonly EventId[];
  /** Stores any of whose figures changed: each of their events compares itself with the others. */
  readonly stores: readonly StoreId[];
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
  readonly cache: Pick<BodyCache, 'drop' | 'clear'>;
  readonly notifications: Pick<Notifications, 'publish' | 'publishGap'>;
  /** The events of these stores as they stand after the commit. */
  readonly eventsOf: (stores: readonly StoreId[]) => Promise<readonly EventId[]>;
  readonly log: Logger;
}

const RETRY_AFTER_MS = 500;
/** What is remembered one by one while it cannot be told. */
const MOST_PENDING = 20_000;

export function createChanges({ cache, notifications, eventsOf, log }: ChangesOptions): Changes {
  let pending = new Pending();
  let running: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;
  let isFailing = false;

  /** One round at a time; what is announced meanwhile is told in the next. */
  async function tell(): Promise<void> {
    if (pending.isEmpty()) return;
    const telling = pending;
    pending = new Pending();
    try {
      if (telling.everything) {
        await cache.clear();
        await notifications.publishGap();
      }
      const events = [...new Set([...telling.events, ...(await eventsOf([...telling.stores]))])];
      // The cache first: who is woken by the word may ask over REST next.
      await cache.drop(events);
      await notifications.publish(events);
      if (isFailing) log.info('changes are told again');
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ err: error }, 'changes cannot be told; trying until they can');
      isFailing = true;
      pending = telling.and(pending);
      retry = setTimeout(schedule, RETRY_AFTER_MS);
    }
  }

  function schedule(): void {
    clearTimeout(retry);
    running = running.then(tell);
  }

  return {
    announce({ events, stores }) {
      pending.add(events, stores);
      schedule();
    },
    announceEverything() {
      pending.everything = true;
      schedule();
    },
    settled: () => running,
    async stop() {
      schedule();
      await running;
      clearTimeout(retry);
    },
  };
}

class Pending {
  everything = false;

  constructor(
    readonly events = new Set<EventId>(),
    readonly stores = new Set<StoreId>(),
  ) {}

  isEmpty(): boolean {
    return !this.everything && this.events.size === 0 && this.stores.size === 0;
  }

  /** Past a bound it is cheaper, and takes no more memory, to say that anything has changed. */
  add(events: Iterable<EventId>, stores: Iterable<StoreId>): void {
    if (this.events.size + this.stores.size > MOST_PENDING) {
      this.everything = true;
      this.events.clear();
      this.stores.clear();
    }
    if (this.everything) return;
    for (const event of events) this.events.add(event);
    for (const store of stores) this.stores.add(store);
  }

  and(other: Pending): this {
    this.add(other.events, other.stores);
    this.everything ||= other.everything;
    return this;
  }
}
