import { HOUR } from '../oracle/moments';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import * as values from '../streams/values';
import { brokenName } from './broken-rules';
import { NO_NAME, NO_UUID } from './invalid-values';
import { EVENT_ID, MESSAGE_ID, PARTICIPANT_ID } from './sample-ids';
import type { Envelope, Fields, TopicFixture } from './topic-fixture';

export interface RawParticipant extends Envelope {
  readonly eventId: string;
  readonly participantId: string;
  readonly channel: string;
  readonly age?: number | null;
  readonly gender?: 'MALE' | 'FEMALE' | null;
  readonly region?: string | null;
  readonly newCustomer?: boolean | null;
}

export function participantRegistered(eventId: string, fields: Fields = {}): Fields {
  return {
    messageId: randomUUID(),
    occurredAt: new Date(Date.now() - HOUR).toISOString(),
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

const participantId = fc.nat(9).chain((index) => values.spelled(values.idOf(3, index)));
const age = fc.oneof(
  fc.constantFrom(0, 19, 20, 29, 30, 49, 50, 130),
  fc.integer({ min: 0, max: 130 }),
  fc.constantFrom(null, undefined),
);
const gender = fc.constantFrom('MALE' as const, 'FEMALE' as const, null, undefined);
const newCustomer = fc.constantFrom(true, true, false, null, undefined);

export const participantRegisteredFixture: TopicFixture<'participant.registered', RawParticipant> = {
  sample: {
    messageId: MESSAGE_ID,
    occurredAt: '2025-10-20T18:05:00Z',
    eventId: EVENT_ID,
    participantId: PARTICIPANT_ID,
    channel: '지니TV',
    age: 34,
    gender: 'FEMALE',
    region: '서울',
    newCustomer: true,
  },
  optional: ['age', 'gender', 'region', 'newCustomer'],
  invalid: {
    eventId: NO_UUID,
    participantId: NO_UUID,
    channel: NO_NAME,
    age: [-1, 131, 30.5, '30', true],
    gender: ['male', 'OTHER', 1, ''],
    region: ['x'.repeat(51), 'a\u0000b', '\ud800', 7, []],
    newCustomer: ['true', 1, 0, {}],
  },
  brokenRules: [
    ...brokenName('channel'),
    ...brokenName('region'),
    [['channel'], 'empty', ''],
    [['age'], 'of 131', 131],
    [['age'], 'below 0', -1],
    [['gender'], 'in lower case', 'male'],
    [['newCustomer'], 'as a text', 'true'],
  ],
  create: ({ eventId }) => participantRegistered(eventId),
  scenario({ eventId }) {
    const joined = (fields: Fields) =>
      participantRegistered(eventId, { occurredAt: '2025-10-20T18:05:00Z', ...fields });
    return [
      joined({}),
      joined({ age: null, region: '', newCustomer: false }),
      joined({ occurredAt: '2025-10-20T19:59:59.999Z', channel: '지니TV', gender: null }),
    ];
  },
  weight: 12,
  random: (shops) =>
    fc
      .record({
        messageId: values.messageId,
        occurredAt: values.observedAt,
        eventId: values.eventId(shops),
        participantId,
        channel: values.channel,
        age,
        gender,
        region: values.region,
        newCustomer,
      })
      .map(({ age, gender, region, newCustomer, ...fields }) => ({
        topic: 'participant.registered',
        value: {
          ...fields,
          ...(age !== undefined && { age }),
          ...(gender !== undefined && { gender }),
          ...(region !== undefined && { region }),
          ...(newCustomer !== undefined && { newCustomer }),
        },
      })),
  competesFor: ({ eventId, participantId }) => [`${eventId} ${participantId}`],
};
