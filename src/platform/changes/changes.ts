import type { EventId, StoreId } from '../../schema/values';
import type { BodyCache } from '../cache/cache';
import { createFaultLog } from '../fault-log';
import type { Logger } from '../log';
import type { Notifications } from '../notifications/notifications';

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
  readonly log: Logger;
}

const RETRY_AFTER_MS = 500;
/** What is remembered one by one while it cannot be told. */
const MOST_PENDING = 20_000;

export function createChanges(options: ChangesOptions): Changes {
  const { cache, notifications, eventsOf, movedLately, log } = options;
  let pending = new Pending();
  let running: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;
  const fault = createFaultLog(log, {
    begins: 'changes cannot be told; trying until they can',
    ends: 'changes are told again',
  });

  /** One round at a time; what is announced meanwhile is told in the next. */
  async function tell(): Promise<void> {
    if (pending.isEmpty()) return;
    const telling = pending;
    pending = new Pending();
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
      retry = setTimeout(schedule, RETRY_AFTER_MS);
    }
  }

  function schedule(): void {
    clearTimeout(retry);
    running = running.then(tell);
  }

  return {
    announce({ events, stores, moved = [] }) {
      pending.add(events, stores, moved);
      schedule();
    },
    announceEverything() {
      pending.addEverything();
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
  /** Events may have moved of which nobody has told. */
  unknownMoves = false;

  constructor(
    readonly events = new Set<EventId>(),
    readonly stores = new Set<StoreId>(),
    readonly moved = new Set<EventId>(),
  ) {}

  isEmpty(): boolean {
    return !this.everything && !this.unknownMoves && this.count() === 0;
  }

  addEverything(): void {
    this.everything = true;
    this.unknownMoves = true;
    this.events.clear();
    this.stores.clear();
  }

  /** Past a bound it is cheaper, and takes no more memory, to say that anything has changed. */
  add(events: Iterable<EventId>, stores: Iterable<StoreId>, moved: Iterable<EventId>): void {
    if (this.count() > MOST_PENDING) this.addEverything();
    if (this.moved.size <= MOST_PENDING) for (const event of moved) this.moved.add(event);
    if (this.everything) return;
    for (const event of events) this.events.add(event);
    for (const store of stores) this.stores.add(store);
  }

  and(other: Pending): this {
    this.everything ||= other.everything;
    this.unknownMoves ||= other.unknownMoves;
    this.add(other.events, other.stores, other.moved);
    return this;
  }

  private count(): number {
    return this.events.size + this.stores.size + this.moved.size;
  }
}
