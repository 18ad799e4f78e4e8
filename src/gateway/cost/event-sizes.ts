import { LRUCache } from 'lru-cache';
import { mayRead, readableStores } from '../../auth/may-read';
import type { Viewer } from '../../auth/viewer';
import { cancellable } from '../../database/cancellable';
import type { Sql } from '../../database/database';
import { type EventSizes, sizesOf } from '../../database/sizes';
import type { EventId } from '../../domain/values';

/**
 * Reads the sizes of events. Those that the viewer may not read are not even looked up: the cost, or the time it takes to
 * compute it, would reveal how long a competitor's event has been running.
 *
 * @param gone ends the reading with its reason
 * @returns the events of these ids that the viewer may read, in any order
 */
export type ReadEventSizes = (
  viewer: Viewer,
  eventIds: readonly EventId[],
  gone: AbortSignal,
) => Promise<readonly EventSizes[]>;

export function createReadEventSizes(sql: Sql): ReadEventSizes {
  return (viewer, eventIds, gone) => {
    const stores = readableStores(viewer);
    return sizesOf(cancellable(sql, gone), eventIds, stores && [...stores]);
  };
}

/** An entry takes some hundred bytes. A cost may be a minute old. */
const MOST_REMEMBERED = 20_000;
const REMEMBERED_MS = 60_000;

/** The same, with a cache of a minute for events that the viewer may read. */
export function rememberEventSizes(read: ReadEventSizes): ReadEventSizes {
  const remembered = new LRUCache<EventId, EventSizes>({ max: MOST_REMEMBERED, ttl: REMEMBERED_MS });
  return async (viewer, eventIds, gone) => {
    const known = eventIds
      .flatMap((eventId) => remembered.get(eventId) ?? [])
      .filter(({ storeId }) => mayRead(viewer, storeId));
    const knownIds = new Set(known.map(({ eventId }) => eventId));
    const unknown = eventIds.filter((eventId) => !knownIds.has(eventId));
    if (unknown.length === 0) return known;
    const found = await read(viewer, unknown, gone);
    for (const sizes of found) remembered.set(sizes.eventId, sizes);
    return [...known, ...found];
  };
}
