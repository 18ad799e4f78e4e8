import { HOUR } from '../oracle/moments';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { instantOf } from '../oracle/moments';
import * as values from '../streams/values';
import { brokenCount, brokenInstant, brokenName } from './broken-rules';
import type { EventIds } from './event-ids';
import { NO_INSTANT, NO_NAME, NO_NUMBER, NO_TITLE, NO_UUID } from './invalid-values';
import { EVENT_ID, MESSAGE_ID, STORE_ID } from './sample-ids';
import type { Envelope, Fields, MessageOn, TopicFixture } from './topic-fixture';

export interface RawEvent extends Envelope {
  readonly eventId: string;
  readonly storeId: string;
  readonly title: string;
  readonly industry: string;
  readonly targetGoal: number;
  readonly startAt: string;
  readonly endAt: string;
  readonly prizeCost: number;
  readonly otherCosts: number;
  readonly newCustomerLtv: number;
}

type EventMessage = MessageOn<'event.created', RawEvent>;

export function eventCreated({ eventId, storeId }: EventIds, fields: Fields = {}): Fields {
  const now = Date.now();
  return {
    messageId: randomUUID(),
    occurredAt: new Date(now - 48 * HOUR).toISOString(),
    eventId,
    storeId,
    title: '신규 고객 환영 이벤트',
    industry: '카페',
    targetGoal: 100,
    startAt: new Date(now - 24 * HOUR).toISOString(),
    endAt: new Date(now + 72 * HOUR).toISOString(),
    prizeCost: 500_000,
    otherCosts: 100_000,
    newCustomerLtv: 10_000,
    ...fields,
  };
}

/** A definition of this event as one of this store. */
export const randomDefinition = (
  eventId: fc.Arbitrary<string>,
  storeId: fc.Arbitrary<string>,
): fc.Arbitrary<EventMessage> =>
  fc
    .record({
      messageId: values.messageId,
      occurredAt: values.observedAt,
      eventId,
      storeId,
      title: values.title,
      industry: values.industry,
      targetGoal: values.amount,
      schedule: values.schedule,
      prizeCost: values.amount,
      otherCosts: values.amount,
      newCustomerLtv: values.amount,
    })
    .map(({ schedule, ...fields }) => ({ topic: 'event.created', value: { ...fields, ...schedule } }));

const COUNTS = ['targetGoal', 'prizeCost', 'otherCosts', 'newCustomerLtv'];

export const eventCreatedFixture: TopicFixture<'event.created', RawEvent> = {
  sample: {
    messageId: MESSAGE_ID,
    occurredAt: '2025-10-14T09:00:00+09:00',
    eventId: EVENT_ID,
    storeId: STORE_ID,
    title: '신규 고객 환영 이벤트',
    industry: '음식점',
    targetGoal: 1000,
    startAt: '2025-10-15T00:00:00Z',
    endAt: '2025-10-29T00:00:00Z',
    prizeCost: 500000,
    otherCosts: 100000,
    newCustomerLtv: 10000,
  },
  optional: [],
  invalid: {
    eventId: NO_UUID,
    storeId: NO_UUID,
    title: NO_TITLE,
    industry: NO_NAME,
    targetGoal: NO_NUMBER,
    startAt: [...NO_INSTANT, '2101-01-01T00:00:00Z'],
    endAt: [...NO_INSTANT, '2000-01-01T00:00:00Z'],
    prizeCost: NO_NUMBER,
    otherCosts: NO_NUMBER,
    newCustomerLtv: NO_NUMBER,
  },
  brokenRules: [
    ...COUNTS.flatMap((field) => brokenCount(field)),
    ...brokenName('title'),
    ...brokenName('industry'),
    [['title'], 'empty', ''],
    [['industry'], 'of blanks', ' \u3000'],
    ...brokenInstant('startAt'),
    ...brokenInstant('endAt'),
    [['endAt'], 'in 2102', '2102-01-01T00:00:00Z'],
  ],
  create: (ids) => eventCreated(ids, { occurredAt: new Date().toISOString() }),
  scenario: (ids) => [eventCreated(ids)],
  weight: 2,
  // An event may be defined again, and by another store.
  random: (shops) => randomDefinition(values.eventId(shops), values.storeId(shops)),
  competesFor: ({ eventId, occurredAt }) => [`${eventId} ${instantOf(occurredAt)}`],
};
