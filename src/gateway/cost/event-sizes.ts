import { LRUCache } from 'lru-cache';
import { mayRead } from '../../auth/may-read';
import type { EventSizes } from '../../database/sizes';
import type { EventId } from '../../domain/values';
import type { ReadSizes } from './size-reader';

/** An entry takes some hundred bytes. A cost may be a minute old. */
const MOST_REMEMBERED = 20_000;
const REMEMBERED_MS = 60_000;

/** The same, with a cache of a minute for events that the viewer may read. */
export function rememberEventSizes(
  read: ReadSizes<EventId, readonly EventSizes[]>,
): ReadSizes<EventId, readonly EventSizes[]> {
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
