import { randomUUID } from 'node:crypto';

/** Messages as upstream sends them, valid unless a test says otherwise. */

export interface EventIds {
  readonly eventId: string;
  readonly storeId: string;
}

export function newEvent(): EventIds {
  return { eventId: randomUUID(), storeId: randomUUID() };
}

export type Fields = Readonly<Record<string, unknown>>;

const HOUR_MS = 3_600_000;

export function eventCreated({ eventId, storeId }: EventIds, fields: Fields = {}): Fields {
  const now = Date.now();
  return {
    messageId: randomUUID(),
    occurredAt: new Date(now - 48 * HOUR_MS).toISOString(),
    eventId,
    storeId,
    title: '신규 고객 환영 이벤트',
    industry: '카페',
    targetGoal: 100,
    startAt: new Date(now - 24 * HOUR_MS).toISOString(),
    endAt: new Date(now + 72 * HOUR_MS).toISOString(),
    prizeCost: 500_000,
    otherCosts: 100_000,
    newCustomerLtv: 10_000,
    ...fields,
  };
}

export function participantRegistered(eventId: string, fields: Fields = {}): Fields {
  return {
    messageId: randomUUID(),
    occurredAt: new Date(Date.now() - HOUR_MS).toISOString(),
    eventId,
    participantId: randomUUID(),
    channel: 'Instagram',
    age: 34,
    gender: 'FEMALE',
    region: '서울',
    newCustomer: true,
    ...fields,
  };
}

export function distributionCompleted(
  eventId: string,
  channels: readonly Fields[],
  fields: Fields = {},
): Fields {
  return {
    messageId: randomUUID(),
    occurredAt: new Date(Date.now() - 36 * HOUR_MS).toISOString(),
    eventId,
    channels,
    ...fields,
  };
}

export function viewsMeasured(eventId: string, channel: string, views: number, fields: Fields = {}): Fields {
  const at = new Date(Date.now() - 60_000).toISOString();
  return { messageId: randomUUID(), occurredAt: at, eventId, channel, views, measuredAt: at, ...fields };
}

export function salesRecorded(storeId: string, amount: number, fields: Fields = {}): Fields {
  const at = new Date(Date.now() - 60_000);
  return {
    messageId: randomUUID(),
    occurredAt: at.toISOString(),
    storeId,
    saleDate: at.toISOString().slice(0, 10),
    amount,
    ...fields,
  };
}
