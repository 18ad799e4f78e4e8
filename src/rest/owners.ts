import { setImmediate as nextIteration } from 'node:timers/promises';
import { type Holder, holderOf } from '../auth/admission';
import { mayRead } from '../auth/may-read';
import type { Viewer } from '../auth/viewer';
import { AppError, eventNotFound } from '../errors';
import { RestOwnerDocument } from '../generated/rest-operations';
import type { EventId, StoreId } from '../domain/values';
import type { Execute } from './execute';

/** Reads the owners of events whose owner is not in the cache. */
export interface Owners {
  /** @throws AppError EVENT_NOT_FOUND, or what prevents the read */
  ownerFor(viewer: Viewer, eventId: EventId): Promise<StoreId>;
}

/**
 * Single-flight by event and token: another token's read may have to wait for its permit, or may be refused one. A shared
 * read only lets a viewer pass. That the event does not exist or is another store's may have changed since that read began,
 * so a viewer is only refused by a read that began after their request.
 */
export function createOwners(execute: Execute): Owners {
  /** By holder and event. */
  const reads = new Map<string, Promise<StoreId | undefined>>();

  function read(eventId: EventId, holder: Holder): Promise<StoreId | undefined> {
    const key = keyOf(eventId, holder);
    const reading = readOwner(execute, eventId, holder);
    reads.set(key, reading);
    // One iteration of the event loop later the request has started its assembly, which other requests share.
    const forget = async (): Promise<void> => {
      await nextIteration();
      if (reads.get(key) === reading) reads.delete(key);
    };
    reading.then(forget, forget);
    return reading;
  }

  return {
    async ownerFor(viewer, eventId) {
      const holder = holderOf(viewer);
      // Looked up before any await: of two simultaneous requests, the second has to find the read of the first.
      const running = reads.get(keyOf(eventId, holder));
      const shared = running && (await running);
      if (shared !== undefined && mayRead(viewer, shared)) return shared;
      const owner = await read(eventId, holder);
      if (owner === undefined) throw eventNotFound();
      return owner;
    },
  };
}

const keyOf = (eventId: EventId, holder: Holder): string => `${holder} ${eventId}`;

async function readOwner(execute: Execute, eventId: EventId, holder: Holder): Promise<StoreId | undefined> {
  try {
    const { event } = await execute(RestOwnerDocument, { eventId }, { uncheckedFor: holder });
    return event.storeId as StoreId;
  } catch (error) {
    if (error instanceof AppError && error.code === 'EVENT_NOT_FOUND') return undefined;
    throw error;
  }
}
