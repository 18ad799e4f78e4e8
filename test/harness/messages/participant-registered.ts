import { DAY, HOUR, written } from '../oracle/moments';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import * as values from '../streams/values';
import { brokenName } from './broken-rules';
import { NO_NAME, NO_UUID } from './invalid-values';
import { EVENT_ID, MESSAGE_ID, PARTICIPANT_ID } from './sample-ids';
import type { Envelope, Fields, TopicFixture } from './topic-fixture';
import { CHANNELS, isLate, oneOf } from './traffic';

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

const age = fc.oneof(
  fc.constantFrom(0, 19, 20, 29, 30, 49, 50, 130),
  fc.integer({ min: 0, max: 130 }),
  fc.constantFrom(null, undefined),
);
const gender = fc.constantFrom('MALE' as const, 'FEMALE' as const, null, undefined);
const newCustomer = fc.constantFrom(true, true, false, null, undefined);

const REGIONS = ['서울', '경기', '부산', '대구', '인천', '광주', '기타', ''];

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
  meddlings: ({ eventId }) => [
    {
      statement: 'UPDATE event_counts SET participants = 4, new_customers = 0',
      named: [
        `event_counts ${eventId} new_customers: stored 0, recomputed 2`,
        `event_counts ${eventId} participants: stored 4, recomputed 3`,
      ],
    },
    {
      statement: 'DELETE FROM event_counts',
      named: [
        `event_counts ${eventId} new_customers: stored 0, recomputed 2`,
        `event_counts ${eventId} participants: stored 0, recomputed 3`,
      ],
    },
    {
      statement: `UPDATE event_channels SET participants = 9 WHERE channel = '지니TV'`,
      named: [`event_channels ${eventId} 지니TV: stored 9, recomputed 1`],
    },
    {
      statement: `UPDATE event_hours SET participants = 12 WHERE hour = '2025-10-20T18:00:00Z'`,
      named: [`event_hours ${eventId} 2025-10-20T18:00Z: stored 12, recomputed 2`],
    },
    {
      statement: `DELETE FROM event_hours WHERE hour = '2025-10-20T19:00:00Z'`,
      named: [`event_hours ${eventId} 2025-10-20T19:00Z: stored 0, recomputed 1`],
    },
    {
      statement: `UPDATE event_profiles SET participants = participants + 1 WHERE bucket IN ('30', '', 'FEMALE')`,
      named: [
        `event_profiles ${eventId} AGE 30: stored 3, recomputed 2`,
        `event_profiles ${eventId} GENDER FEMALE: stored 3, recomputed 2`,
        `event_profiles ${eventId} REGION (unknown): stored 2, recomputed 1`,
      ],
    },
  ],
  traces({ eventId }) {
    const lost = participantRegistered(eventId);
    const id = String(lost['participantId']);
    return {
      messages: [lost, participantRegistered(eventId)],
      losses: [
        {
          what: 'registrations',
          statements: [`DELETE FROM participants WHERE event_id = '${eventId}' AND participant_id = '${id}'`],
          of: lost,
          named: `no row of participant ${id} of event ${eventId}`,
        },
      ],
    };
  },
  traffic: {
    weight: 70,
    next({ random, events }) {
      const back = isLate(random) ? random.between(1, 5) * DAY : random.between(1, 600) * 1_000;
      const value = {
        messageId: random.uuid(),
        occurredAt: written(Date.now() - back),
        eventId: oneOf(random, events).eventId,
        participantId: random.uuid(),
        channel: oneOf(random, CHANNELS),
        age: random.chance(0.2) ? null : random.between(10, 75),
        gender: random.pick<'MALE' | 'FEMALE' | null>([
          ['MALE', 4],
          ['FEMALE', 5],
          [null, 1],
        ]),
        region: oneOf(random, REGIONS),
        newCustomer: random.chance(0.5),
      };
      return { topic: 'participant.registered', value };
    },
  },
  weight: 12,
  random: (shops) =>
    fc
      .record({
        messageId: values.messageId,
        occurredAt: values.observedAt,
        eventId: values.eventId(shops),
        participantId: values.participantId,
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
