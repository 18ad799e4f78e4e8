import { z } from 'zod';
import { count, eventId, industry, krw, messageId, observedAt, plannedAt, storeId, title } from './fields';

/**
 * `event.created` of the Event Service: what an event is. Sent again with a later `occurredAt` it replaces the fields;
 * another storeId moves the event to that store.
 */
export const eventCreated = z
  .object({
    messageId,
    occurredAt: observedAt,
    eventId,
    storeId,
    title,
    industry,
    targetGoal: count,
    startAt: plannedAt,
    endAt: plannedAt,
    prizeCost: krw,
    otherCosts: krw,
    newCustomerLtv: krw,
  })
  // Both are cut to the millisecond by now: an event shorter than that does not end after its start.
  .refine(({ startAt, endAt }) => endAt > startAt, { error: 'must be later than startAt', path: ['endAt'] })
  .transform((fields) => ({ kind: 'event.created' as const, ...fields }));

export type EventCreated = Readonly<z.output<typeof eventCreated>>;
