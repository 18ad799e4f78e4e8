import { mayRead } from '../auth/may-read';
import { eventNotFound, forbidden } from '../errors';
import type { Viewer } from '../auth/viewer';
import type { CountedEvent, EventRecord } from '../platform/statistics/events';
import type { EventId, StoreId } from '../schema/values';
import type { OperationContext } from './context';

/**
 * The one way from an id to an event.
 *
 * @throws AppError EVENT_NOT_FOUND, then FORBIDDEN: the order of the REST contract
 */
export async function loadReadableEvent(
  { loaders, viewer }: OperationContext,
  id: EventId,
): Promise<EventRecord> {
  return requireReadable(viewer, await loaders.event.load(id));
}

/** The same way to an event together with its registrations since today began. */
export async function loadReadableCount(
  { loaders, viewer }: OperationContext,
  id: EventId,
): Promise<CountedEvent> {
  return requireReadable(viewer, await loaders.countedEvent.load(id));
}

function requireReadable<Event extends EventRecord>(viewer: Viewer, event: Event | null): Event {
  if (event === null) throw eventNotFound();
  if (!mayRead(viewer, event.storeId)) throw forbidden();
  return event;
}

/** @throws AppError FORBIDDEN */
export function requireStore({ viewer }: OperationContext, storeId: StoreId): void {
  if (!mayRead(viewer, storeId)) throw forbidden();
}
