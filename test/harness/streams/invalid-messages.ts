import fc from 'fast-check';
import { TOPICS } from '../../../src/workers/messages/topics';
import type { RawMessage } from '../oracle/raw-messages';

/** Bytes that must be rejected: no message at all, or a valid one with one error. */
export interface InvalidMessage {
  readonly topic: RawMessage['topic'];
  readonly bytes: Buffer | null;
}

const noMessage: fc.Arbitrary<InvalidMessage> = fc.record({
  topic: fc.constantFrom(...TOPICS),
  bytes: fc.constantFrom(
    null,
    ...['', 'not JSON', '{"messageId":', '[]', '[{}]', '"text"', '7', 'null', '{}'].map((text) =>
      Buffer.from(text),
    ),
    Buffer.from([0x7b, 0xff, 0x7d]),
  ),
});

const NO_UUID = [
  '',
  'x',
  7,
  null,
  '550e8400-e29b-41d4-a716-44665544000',
  '{550e8400-e29b-41d4-a716-446655440000}',
];
const NO_NUMBER = [-1, 0.5, 10 ** 12 + 1, 1e300, '5', null, true, [1], {}];
const NO_INSTANT = [
  '2025-10-22',
  '2025-10-22T10:00:00',
  '2025-10-22 10:00:00Z',
  '2025-10-22T10:00:60Z',
  '2025-10-22T24:00:00Z',
  '2025-02-30T10:00:00Z',
  '1999-12-31T23:59:59.999Z',
  1_761_127_200_000,
  null,
  '',
];
/** More than a day ahead of the stream's now. */
const NOT_YET = ['2025-10-23T10:30:00.001Z', '2026-01-01T00:00:00Z'];
const NO_NAME = [
  '',
  ' \u3000',
  'x'.repeat(51),
  '\u{1f4fa}'.repeat(51),
  'a\u0000b',
  '\ud800',
  7,
  null,
  ['지니TV'],
];
const NO_TITLE = ['', 'x'.repeat(201), 'a\u0000b', '\udc00', 7, null];
const ENVELOPE = { messageId: NO_UUID, occurredAt: [...NO_INSTANT, ...NOT_YET] };

const sound = { channel: '지니TV', status: 'SUCCESS', cost: 0 };

/** Invalid values of each field of a topic. A required field must not be missing either. */
const BAD_VALUES: Readonly<Record<RawMessage['topic'], Readonly<Record<string, readonly unknown[]>>>> = {
  'event.created': {
    ...ENVELOPE,
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
  'participant.registered': {
    ...ENVELOPE,
    eventId: NO_UUID,
    participantId: NO_UUID,
    channel: NO_NAME,
    age: [-1, 131, 30.5, '30', true],
    gender: ['male', 'OTHER', 1, ''],
    region: ['x'.repeat(51), 'a\u0000b', '\ud800', 7, []],
    newCustomer: ['true', 1, 0, {}],
  },
  'distribution.completed': {
    ...ENVELOPE,
    eventId: NO_UUID,
    channels: [
      [],
      {},
      null,
      [null],
      Array.from({ length: 51 }, (_, index) => ({ ...sound, channel: `channel ${index}` })),
      [sound, { ...sound, channel: ` ${sound.channel}`.normalize('NFD') }],
      [{ ...sound, channel: '' }],
      [{ ...sound, status: 'DONE' }],
      [{ ...sound, cost: -1 }],
      [{ ...sound, expectedViews: 10 ** 12 + 1 }],
      [{ channel: '지니TV', status: 'SUCCESS' }],
    ],
  },
  'channel.views-measured': {
    ...ENVELOPE,
    eventId: NO_UUID,
    channel: NO_NAME,
    views: NO_NUMBER,
    measuredAt: [...NO_INSTANT, ...NOT_YET],
  },
  'sales.recorded': {
    ...ENVELOPE,
    storeId: NO_UUID,
    saleDate: [
      '2025-02-29',
      '1999-12-31',
      '2101-01-01',
      '2025-1-1',
      '2025-10-22T00:00:00Z',
      20_251_022,
      null,
    ],
    amount: [-(10 ** 12) - 1, 10 ** 12 + 1, 0.5, '5', null, {}],
  },
};

const OPTIONAL = new Set(['age', 'gender', 'region', 'newCustomer']);

function spoil(message: RawMessage): fc.Arbitrary<InvalidMessage> {
  const { topic, value } = message;
  const ways = Object.entries(BAD_VALUES[topic]).flatMap(([field, bad]) => [
    ...bad.map((wrong) => ({ ...value, [field]: wrong })),
    ...(OPTIONAL.has(field)
      ? []
      : [Object.fromEntries(Object.entries(value).filter(([key]) => key !== field))]),
  ]);
  return fc.constantFrom(...ways).map((spoilt) => ({ topic, bytes: Buffer.from(JSON.stringify(spoilt)) }));
}

/** @param valid the messages to make invalid */
export const invalidMessage = (valid: fc.Arbitrary<RawMessage>): fc.Arbitrary<InvalidMessage> =>
  fc.oneof({ weight: 1, arbitrary: noMessage }, { weight: 4, arbitrary: valid.chain(spoil) });
