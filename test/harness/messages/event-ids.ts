import { randomUUID } from 'node:crypto';

/** What a message is about. */
export interface EventIds {
  readonly eventId: string;
  readonly storeId: string;
}

export function newEvent(): EventIds {
  return { eventId: randomUUID(), storeId: randomUUID() };
}

/** How an event is defined. */
export interface EventDefinition extends EventIds {
  readonly title: string;
  readonly industry: string;
  readonly targetGoal: number;
  readonly startAt: string;
  readonly endAt: string;
  readonly prizeCost: number;
  readonly otherCosts: number;
  readonly newCustomerLtv: number;
}
