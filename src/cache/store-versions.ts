import type { StoreId } from '../domain/values';

/**
 * A name for "nothing of the store has changed since", for each store that is read. Each event is compared with the others of
 * its store, so a body is also of a version of its store: a change of one event ends the bodies of all by one key.
 *
 * Every call rejects when the part of the cache is away that keeps the store's version.
 */
export interface StoreVersions {
  /** Undefined where there is none: no body is of it then. */
  read(store: StoreId): Promise<string | undefined>;
  /** The version, which begins now if there is none. To be called before the data is read. */
  take(store: StoreId): Promise<string>;
  /** Lets the version last for so many milliseconds at least. @returns false if the store has changed since */
  extend(store: StoreId, version: string, ttlMs: number): Promise<boolean>;
  /** Something of these stores has changed. One that was never read costs next to nothing. */
  drop(stores: readonly StoreId[]): Promise<void>;
}

/** How long a version lasts without a body: longer than any assembly. With a body, it lasts as long as the body. */
export const VERSION_MS = 60_000;
