import { setImmediate as nextTurn } from 'node:timers/promises';
import { holderOf } from '../auth/admission';
import { mayRead } from '../auth/may-read';
import type { Viewer } from '../auth/viewer';
import { AppError, eventNotFound } from '../errors';
import { RestOwnerDocument } from '../generated/rest-operations';
import type { EventId, StoreId } from '../domain/values';
import type { Execute } from './assemble-dashboard';

/** Learns whose an event is, of which the cache does not know it. */
export interface Owners {
  /** @throws AppError EVENT_NOT_FOUND, or whatever keeps the database from being asked */
  ownerFor(viewer: Viewer, eventId: EventId): Promise<StoreId>;
}

/**
 * Asks one small question for all who ask on behalf of the same token at the same time: another's may have to wait until
 * their share allows it, or may not be asked at all. One that was asked before somebody came only lets them pass: that
 * there is no such event, or that it is another store's, may have changed since, so whoever is refused is refused by an
 * answer to a question of their own.
 */
export function createOwners(execute: Execute): Owners {
  /** By holder and event. */
  const underWay = new Map<string, Promise<StoreId | undefined>>();

  function ask(eventId: EventId, holder: string): Promise<StoreId | undefined> {
    const key = keyOf(eventId, holder);
    const asked = learnOwner(execute, eventId, holder);
    underWay.set(key, asked);
    // A turn later, whoever has learnt it has begun to assemble, and others join them there.
    const forget = async (): Promise<void> => {
      await nextTurn();
      if (underWay.get(key) === asked) underWay.delete(key);
    };
    asked.then(forget, forget);
    return asked;
  }

  return {
    async ownerFor(viewer, eventId) {
      const holder = holderOf(viewer);
      // Looked at without a pause: of two who come at once, the second is to find the first one's question.
      const asked = underWay.get(keyOf(eventId, holder));
      const known = asked && (await asked);
      if (known !== undefined && mayRead(viewer, known)) return known;
      const owner = await ask(eventId, holder);
      if (owner === undefined) throw eventNotFound();
      return owner;
    },
  };
}

const keyOf = (eventId: EventId, holder: string): string => `${holder} ${eventId}`;

async function learnOwner(execute: Execute, eventId: EventId, holder: string): Promise<StoreId | undefined> {
  try {
    const { event } = await execute(RestOwnerDocument, { eventId }, { holder });
    return event.storeId as StoreId;
  } catch (error) {
    if (error instanceof AppError && error.code === 'EVENT_NOT_FOUND') return undefined;
    throw error;
  }
}
