import { mayRead } from '../auth/may-read';
import type { Viewer } from '../auth/viewer';
import { AppError, eventNotFound, forbidden } from '../errors';
import type { EventReading } from '../database/facts/event-facts';
import { type FactKinds, NO_FACTS } from '../database/facts/kinds';
import type { EventId, StoreId } from '../domain/values';
import type { OperationContext } from './context';

/**
 * Loads an event for its viewer. Every resolver that takes an id uses it, so that none forgets the check.
 *
 * @throws AppError EVENT_NOT_FOUND, then FORBIDDEN: the order of the REST contract
 */
export async function loadReadableEvent(
  { facts, viewer }: OperationContext,
  id: EventId,
  kinds: FactKinds = NO_FACTS,
): Promise<EventReading> {
  const reading = readable(viewer, await facts.load(id, kinds));
  if (reading instanceof AppError) throw reading;
  return reading;
}

/**
 * The same for several events, each in the place of its id: for fifty that is one promise instead of two hundred.
 *
 * @returns the error in the place of what may not be read or could not be loaded
 */
export async function loadReadableEvents(
  { facts, viewer }: OperationContext,
  ids: readonly EventId[],
  kinds: FactKinds,
): Promise<readonly (EventReading | Error)[]> {
  try {
    return (await facts.loadAll(ids, kinds)).map((reading) => readable(viewer, reading));
  } catch (reason) {
    return ids.map(() => toError(reason));
  }
}

function readable(viewer: Viewer, reading: EventReading | null): EventReading | AppError {
  if (reading === null) return eventNotFound();
  return mayRead(viewer, reading.event.storeId) ? reading : forbidden();
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('Events could not be loaded.', { cause: reason });
}

/** @throws AppError FORBIDDEN */
export function requireStore({ viewer }: OperationContext, storeId: StoreId): void {
  if (!mayRead(viewer, storeId)) throw forbidden();
}

/** What concerns all stores and the service itself is for those who operate it. @throws AppError FORBIDDEN */
export function requireAdmin({ viewer }: Pick<OperationContext, 'viewer'>): void {
  if (!viewer.isAdmin) throw new AppError('FORBIDDEN', { message: ADMINS_ONLY });
}

const ADMINS_ONLY = '서비스 운영자만 볼 수 있습니다.';
