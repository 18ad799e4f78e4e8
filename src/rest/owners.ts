import { setImmediate as nextTurn } from 'node:timers/promises';
import { holderOf } from '../auth/admission';
import { mayRead } from '../auth/may-read';
import type { Viewer } from '../auth/viewer';
import { AppError, eventNotFound } from '../errors';
import { RestOwnerDocument } from '../generated/rest-operations';
import type { EventId, StoreId } from '../schema/values';
import type { Execute } from './assemble-dashboard';

/** Learns whose an event is, of which the cache does not know it. */
export interface Owners {
  /** @throws AppError EVENT_NOT_FOUND, or whatever keeps the database from being asked */
  ownerFor(viewer: Viewer, eventId: EventId): Promise<StoreId>;
}

/**
 * Asks one small question for all who may read the event and ask at the same time. One that was asked before somebody came
 * only lets them pass: that there is no such event, or that it is another store's, may have changed since, so whoever is
 * refused is refused by an answer to a question of their own.
 */
export function createOwners(execute: Execute): Owners {
  const underWay = new Map<EventId, Promise<StoreId | undefined>>();

  function ask(eventId: EventId, holder: string): Promise<StoreId | undefined> {
    const asked = learnOwner(execute, eventId, holder);
    underWay.set(eventId, asked);
    // A turn later, whoever has learnt it has begun to assemble, and others join them there.
    const forget = async (): Promise<void> => {
      await nextTurn();
      if (underWay.get(eventId) === asked) underWay.delete(eventId);
    };
    asked.then(forget, forget);
    return asked;
  }

  return {
    async ownerFor(viewer, eventId) {
      const known = await underWay.get(eventId);
      if (known !== undefined && mayRead(viewer, known)) return known;
      const owner = await ask(eventId, holderOf(viewer));
      if (owner === undefined) throw eventNotFound();
      return owner;
    },
  };
}

async function learnOwner(execute: Execute, eventId: EventId, holder: string): Promise<StoreId | undefined> {
  try {
    const { event } = await execute(RestOwnerDocument, { eventId }, { holder });
    return event.storeId as StoreId;
  } catch (error) {
    if (error instanceof AppError && error.code === 'EVENT_NOT_FOUND') return undefined;
    throw error;
  }
}
