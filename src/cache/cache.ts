import type { EventId, StoreId } from '../domain/values';
import type { StoreVersions } from './store-versions';

/**
 * An event's body is assembled at most once in this time, and after a change the previous body is served for no longer. It
 * is also how long a process that died while assembling blocks the others.
 */
export const ASSEMBLY_LEASE_MS = 1_000;

/** The right to assemble an event's body. One process has it at a time, and it ends after ASSEMBLY_LEASE_MS. */
export interface AssemblyLease {
  /** Never given out twice. */
  readonly id: string;
  /** The event's version when the lease began, and so before its data was read. */
  readonly version: string;
}

/**
 * How long the cache knows an event's owner, from when a body was last stored. It is longer than a body is
 * fresh: a viewer who may not read the event would learn from its end when the body was last assembled.
 */
export const OWNER_MS = 86_400_000;

/** A body, the owner of its event, and the version that this store had before the data was read. */
export interface Made {
  readonly bytes: Buffer;
  readonly owner: StoreId;
  /** Undefined where it is not known: the body is served only until its lease ends. */
  readonly storeVersion: string | undefined;
}

/** A version of a store. */
export interface StoreVersion {
  readonly store: StoreId;
  readonly version: string;
}

/** What the cache has of an event. */
export interface CacheEntry {
  /** A body that may be served: of the current version, or assembled under the lease that still runs. */
  readonly bytes: Buffer | undefined;
  /** What `bytes` may be served under besides: this version of its store. Undefined while the lease runs. */
  readonly under?: StoreVersion | undefined;
  /** The last body, stale or not, to be served when no newer one can be assembled. */
  readonly kept: Buffer | undefined;
  /** The id of the lease that runs now. */
  readonly leaseId: string | undefined;
  /** The event's owner, which authorises a viewer before anything is assembled. Only a move to another store unsets it. */
  readonly owner: StoreId | undefined;
}

/** Of a body whose event has not changed. Under a version of the store that is not known it is not served. */
export function servableUnder({ bytes, owner, storeVersion }: Made): Pick<CacheEntry, 'bytes' | 'under'> {
  if (storeVersion === undefined) return { bytes: undefined };
  return { bytes, under: { store: owner, version: storeVersion } };
}

/** A copy of a body that may be served from this process for a while without asking the cache. */
export interface LocalCopy {
  readonly bytes: Buffer;
  /**
   * For how many milliseconds it may still be served; 0 or less once the connection that it came over has ended.
   *
   * @param now by `performance.now()`
   */
  freshForMs(now: number): number;
}

/**
 * Local copies of the bodies of a remote cache. A copy is fresh for so short a time that it is no older than a reader is
 * promised, whether or not this process is notified of changes.
 */
export interface LocalCopies {
  /**
   * Undefined when the event or its store has changed since its body was assembled, or it is of another store than this one.
   * Rejects when the cache is away.
   */
  fetch(eventId: EventId, store: StoreId): Promise<LocalCopy | undefined>;
  /**
   * Extends the copies whose events and stores have not changed and ends the others. It asks one small question for all of them
   * and transfers no body. Rejects when the cache is away.
   */
  revalidate(copies: readonly LocalCopy[]): Promise<void>;
  /**
   * Calls back when this process itself changes the cache entries of these events, of all events of a store, or of all: before
   * the change and after it. Copies from before, and copies being fetched, must not be used any more.
   */
  onChange(listener: ChangeListener): void;
}

export type ChangeListener = (changed: Changed | 'all') => void;

/** Events whose entries have changed, and stores all of whose events are concerned. */
export interface Changed {
  readonly events?: readonly EventId[];
  readonly stores?: readonly StoreId[];
}

/**
 * Bodies by event, as the bytes to send, each with the version and the lease that it was assembled under. A change removes
 * the version and keeps the body, which is served until its lease ends: an event that changes all the time is not assembled
 * all the time. The cache alone judges by its clock whether a lease has ended, however much the clocks of its users differ.
 *
 * A stale body is kept for as long as the cache was configured to: it is the last one known while the database is away.
 * Only `remove` deletes it.
 *
 * Every call rejects when the cache is away.
 */
export interface BodyCache {
  readonly storeVersions: StoreVersions;
  /** Undefined where asking the cache costs next to nothing, or where local copies are turned off. */
  readonly copies?: LocalCopies;
  /** A name for what is away together: the cache may be of several servers, one of which holds up no reader of another. */
  partOf(id: EventId | StoreId): string;
  /** Names where the entries of an event or a store are looked for now; differs from before when others may look elsewhere. */
  placeOf(id: EventId | StoreId): string;
  /**
   * Calls back when places may have changed: others may have looked there already when a change was announced elsewhere.
   * Undefined where they never change.
   */
  readonly onMove?: ((listener: () => void) => void) | undefined;
  /** One round trip, whatever is found. */
  read(eventId: EventId): Promise<CacheEntry>;
  /** Acquires the event's lease unless another process has it. To be called before the data is read. */
  acquire(eventId: EventId): Promise<AssemblyLease | 'taken'>;
  /**
   * Stores what was assembled under the lease, to be served for so many milliseconds; less than one releases the lease
   * instead. It stores nothing when the lease has ended and the version has changed, or that of the store is not known. It
   * stores the owner only while the version is current, since a lease may outlast a move that was not announced.
   */
  store(eventId: EventId, lease: AssemblyLease, made: Made, ttlMs: number): Promise<void>;
  /** Ends the lease: nothing was assembled under it. */
  release(eventId: EventId, lease: AssemblyLease): Promise<void>;
  /** These events have changed. One that was never read costs next to nothing. */
  drop(eventIds: readonly EventId[]): Promise<void>;
  /** These events have changed, and no reader may be served an earlier body, not even for a second. */
  forget(eventIds: readonly EventId[]): Promise<void>;
  /**
   * Deletes all entries of these events, whose owners have changed or which do not exist any more. What is being assembled
   * is not stored either, since its lease is ended.
   */
  remove(eventIds: readonly EventId[]): Promise<void>;
  /**
   * Any event and any owner may have changed: for when changes may not have been announced. Rejects when all parts of the
   * cache are away; one that is away for itself is cleared when it is back.
   */
  clear(): Promise<void>;
}

/** What changes are announced to. */
export interface AnnouncedTo extends Pick<
  BodyCache,
  'partOf' | 'placeOf' | 'onMove' | 'drop' | 'remove' | 'clear'
> {
  readonly storeVersions: Pick<StoreVersions, 'drop'>;
}

/**
 * For a service whose messages come in over HTTP: it promises that an accepted message is visible to the next read, so no
 * earlier body is served for another second.
 */
export function forgetAtOnce(cache: BodyCache): AnnouncedTo {
  return {
    partOf: (id) => cache.partOf(id),
    placeOf: (id) => cache.placeOf(id),
    onMove: cache.onMove,
    storeVersions: cache.storeVersions,
    drop: (eventIds) => cache.forget(eventIds),
    remove: (eventIds) => cache.remove(eventIds),
    clear: () => cache.clear(),
  };
}
