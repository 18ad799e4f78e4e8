import { readableStores } from '../../auth/may-read';
import type { Viewer } from '../../auth/viewer';
import { cancellable } from '../../database/cancellable';
import type { Sql } from '../../database/database';
import { readIdsOfStretches } from '../../database/event-lists/read-stretches';
import { type EventSizes, sizesOf } from '../../database/sizes';
import { countEventsOfStores, type StoreSize } from '../../database/store-totals';
import type { EventId, StoreId } from '../../domain/values';
import type { Clock } from '../../runtime/clock';
import { type AskedPage, keyOf, type PageKey } from './pages';

/**
 * Reads sizes of one kind. What the viewer may not read is not even looked up: the cost, or the time it takes to compute
 * it, would reveal how much there is of a competitor's.
 *
 * @param gone ends the reading with its reason
 */
export type ReadSizes<Asked, Found> = (
  viewer: Viewer,
  asked: readonly Asked[],
  gone: AbortSignal,
) => Promise<Found>;

/** What a cost may depend on, each read in one statement. What the viewer may not read is left out of all of it. */
export interface SizeReader {
  readonly events: ReadSizes<EventId, readonly EventSizes[]>;
  readonly stores: ReadSizes<StoreId, readonly StoreSize[]>;
  /** The events that stand on each page. */
  readonly pages: ReadSizes<AskedPage, ReadonlyMap<PageKey, readonly EventId[]>>;
}

export function createSizeReader(sql: Sql, clock: Clock): SizeReader {
  return {
    events(viewer, ids, gone) {
      const stores = readableStores(viewer);
      return sizesOf(cancellable(sql, gone), ids, stores && [...stores]);
    },
    stores(viewer, ids, gone) {
      const stores = readableStores(viewer);
      return countEventsOfStores(cancellable(sql, gone), ids, stores && [...stores]);
    },
    async pages(viewer, pages, gone) {
      const stores = readableStores(viewer);
      const readable = pages.filter(({ storeId }) => stores === null || stores.has(storeId));
      const found = await readIdsOfStretches(cancellable(sql, gone), readable, clock.now());
      const ids = new Map<PageKey, readonly EventId[]>(pages.map((page) => [keyOf(page), []]));
      readable.forEach((page, place) => ids.set(keyOf(page), found[place]!));
      return ids;
    },
  };
}
