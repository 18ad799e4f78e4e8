import { randomUUID } from 'node:crypto';

/** What a message is about. */
export interface EventIds {
  readonly eventId: string;
  readonly storeId: string;
}

export function newEvent(): EventIds {
  return { eventId: randomUUID(), storeId: randomUUID() };
}
