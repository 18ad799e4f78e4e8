import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { HOUR, instantOf, written } from '../oracle/moments';
import * as values from '../streams/values';
import { brokenCount, brokenInstant, brokenName } from './broken-rules';
import type { EventDefinition, EventIds } from './event-ids';
import { NO_INSTANT, NO_NAME, NO_NUMBER, NO_TITLE, NO_UUID } from './invalid-values';
import { EVENT_ID, MESSAGE_ID, STORE_ID } from './sample-ids';
import type { Envelope, Fields, MessageOn, TopicFixture } from './topic-fixture';
import { oneOf } from './traffic';

export interface RawEvent extends Envelope, EventDefinition {}

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
  scenario: (ids) => [eventCreated(ids, { startAt: '2025-10-20T00:00:00Z', endAt: '2025-10-27T00:00:00Z' })],
  meddlings: ({ eventId, storeId }) => [
    {
      statement: `UPDATE store_events SET start_at = '2025-10-19T00:00:00Z'`,
      named: [
        `store_events ${storeId} ${eventId}: stored 2025-10-19 00:00:00+00, recomputed 2025-10-20 00:00:00+00`,
      ],
    },
    {
      statement: 'DELETE FROM store_events',
      named: [`store_events ${storeId} ${eventId}: stored nothing, recomputed 2025-10-20 00:00:00+00`],
    },
  ],
  traces(ids) {
    const occurredAt = '2025-10-14T00:00:00.000Z';
    const message = eventCreated(ids, { occurredAt });
    const { eventId } = ids;
    return {
      messages: [message],
      losses: [
        {
          what: 'a definition',
          statements: [
            `UPDATE events SET defined_at = defined_at - interval '1 ms' WHERE event_id = '${eventId}'`,
          ],
          of: message,
          named: `no definition of event ${eventId} as late as ${occurredAt}`,
        },
      ],
    };
  },
  traffic: {
    weight: 1,
    // Another title and budget for an event that is defined.
    next({ random, defined, moment }) {
      const known = oneOf(random, defined);
      const occurredAt = written(moment());
      const value = {
        ...known,
        messageId: random.uuid(),
        occurredAt,
        title: `${known.title} (${occurredAt})`,
        prizeCost: random.between(0, 900_000),
      };
      return { topic: 'event.created', value };
    },
  },
  weight: 2,
  // An event may be defined again, and by another store.
  random: (shops) => randomDefinition(values.eventId(shops), values.storeId(shops)),
  competesFor: ({ eventId, occurredAt }) => [`${eventId} ${instantOf(occurredAt)}`],
};
