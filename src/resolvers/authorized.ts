import { mayRead } from '../auth/may-read';
import { eventNotFound, forbidden } from '../errors';
import type { EventReading } from '../platform/statistics/facts/event-facts';
import { type FactKinds, NO_FACTS } from '../platform/statistics/facts/kinds';
import type { EventId, StoreId } from '../schema/values';
import type { OperationContext } from './context';

/**
 * The one way from an id to an event, and to what is wanted of it.
 *
 * @throws AppError EVENT_NOT_FOUND, then FORBIDDEN: the order of the REST contract
 */
export async function loadReadableEvent(
  { facts, viewer }: OperationContext,
  id: EventId,
  kinds: FactKinds = NO_FACTS,
): Promise<EventReading> {
  const reading = await facts.load(id, kinds);
  if (reading === null) throw eventNotFound();
  if (!mayRead(viewer, reading.event.storeId)) throw forbidden();
  return reading;
}

/** @throws AppError FORBIDDEN */
export function requireStore({ viewer }: OperationContext, storeId: StoreId): void {
  if (!mayRead(viewer, storeId)) throw forbidden();
}
