import { parseMessage } from '../../../src/workers/messages/parse';
import type { Topic } from '../../../src/workers/messages/topics';
import { parsedWith, refusalOf } from './parse-sample';
import { EVENT_ID, MESSAGE_ID, NOW, PARTICIPANT_ID, SAMPLES } from './samples';

/** The sample with one field written as this very JSON, which JSON.stringify would write in its own way. */
function parseWritten(topic: Topic, field: string, json: string) {
  const text = JSON.stringify({ ...SAMPLES[topic], [field]: '@' }).replace('"@"', json);
  return parseMessage(topic, text, NOW);
}

const COUNT = 'must be a whole number from 0 to 10^12';
const AMOUNT = 'must be a whole number from -10^12 to 10^12';

describe('a whole number', () => {
  it.each([
    ['5', 5],
    ['5.0', 5],
    ['5e0', 5],
    ['50E-1', 5],
    ['0', 0],
    ['1000000000000', 1e12],
    ['1e12', 1e12],
  ])('%s is one', (json, expected) => {
    expect(parseWritten('channel.views-measured', 'views', json)).toMatchObject({ views: expected });
  });

  it.each(['5.5', '1e-3', '-1', '1000000000001', '1e400', '-1e400', '"5"', 'true', 'null', '[5]', '{}'])(
    '%s is none that can be counted or paid',
    (json) => {
      for (const field of ['targetGoal', 'prizeCost', 'otherCosts', 'newCustomerLtv']) {
        expect(parseWritten('event.created', field, json)).toMatchObject({ reason: `${field}: ${COUNT}` });
      }
      expect(parseWritten('channel.views-measured', 'views', json)).toMatchObject({
        reason: `views: ${COUNT}`,
      });
    },
  );

  it('is never minus zero', () => {
    expect(parseWritten('channel.views-measured', 'views', '-0')).toMatchObject({ views: 0 });
    expect(parseWritten('sales.recorded', 'amount', '-0.0')).toMatchObject({ amount: 0 });
    expect(parseWritten('participant.registered', 'age', '-0')).toMatchObject({ age: 0 });
  });

  it('may be negative where money flows back, to the same depth', () => {
    expect(parsedWith('sales.recorded', { amount: -(10 ** 12) }).amount).toBe(-(10 ** 12));
    expect(parsedWith('sales.recorded', { amount: 10 ** 12 }).amount).toBe(10 ** 12);
    for (const amount of [-(10 ** 12) - 1, 10 ** 12 + 1, 0.5, '5', null]) {
      expect(refusalOf('sales.recorded', { amount })).toBe(`amount: ${AMOUNT}`);
    }
  });
});

describe('a uuid', () => {
  it('is answered in lower case', () => {
    const parsed = parsedWith('participant.registered', {
      messageId: MESSAGE_ID.toUpperCase(),
      eventId: EVENT_ID.toUpperCase(),
      participantId: PARTICIPANT_ID.toUpperCase(),
    });
    expect(parsed).toMatchObject({ messageId: MESSAGE_ID, eventId: EVENT_ID, participantId: PARTICIPANT_ID });
  });

  it.each(['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'])(
    'may be of any version: %s',
    (eventId) => expect(parsedWith('event.created', { eventId }).eventId).toBe(eventId),
  );

  it.each([
    '',
    EVENT_ID.replaceAll('-', ''),
    `{${EVENT_ID}}`,
    `${EVENT_ID} `,
    `${EVENT_ID}\n`,
    `urn:uuid:${EVENT_ID}`,
    EVENT_ID.replace('5', 'g'),
    EVENT_ID.replace('5', '５'),
    5,
    null,
  ])('%p is none', (id) => {
    expect(refusalOf('event.created', { eventId: id })).toBe('eventId: must be a uuid');
    expect(refusalOf('event.created', { storeId: id })).toBe('storeId: must be a uuid');
    expect(refusalOf('sales.recorded', { messageId: id })).toBe('messageId: must be a uuid');
    expect(refusalOf('participant.registered', { participantId: id })).toBe('participantId: must be a uuid');
  });
});

describe('what a participant may leave unsaid', () => {
  it.each([undefined, null])(
    'is unknown when it is %p, and a participant is new only when said to be',
    (nothing) => {
      const parsed = parsedWith('participant.registered', {
        age: nothing,
        gender: nothing,
        region: nothing,
        newCustomer: nothing,
      });
      expect(parsed).toMatchObject({ age: null, gender: null, region: null, newCustomer: false });
    },
  );

  it('is taken when it is said', () => {
    expect(
      parsedWith('participant.registered', { age: 0, gender: 'MALE', newCustomer: false }),
    ).toMatchObject({
      age: 0,
      gender: 'MALE',
      newCustomer: false,
    });
    expect(parsedWith('participant.registered', { age: 130 }).age).toBe(130);
  });

  it.each([
    [{ age: 131 }, 'age: must be a whole number from 0 to 130, or null'],
    [{ age: -1 }, 'age: must be a whole number from 0 to 130, or null'],
    [{ age: 34.5 }, 'age: must be a whole number from 0 to 130, or null'],
    [{ age: '34' }, 'age: must be a whole number from 0 to 130, or null'],
    [{ gender: 'male' }, 'gender: must be "MALE" or "FEMALE", or null'],
    [{ gender: '' }, 'gender: must be "MALE" or "FEMALE", or null'],
    [{ newCustomer: 'true' }, 'newCustomer: must be true, false or null'],
    [{ newCustomer: 1 }, 'newCustomer: must be true, false or null'],
  ])('but not said wrongly: %p', (changes, reason) => {
    expect(refusalOf('participant.registered', changes)).toBe(reason);
  });
});

describe('the channels of a distribution', () => {
  const named = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ channel: `채널 ${n}`, status: 'FAILED', cost: n }));
  const refused = (channels: unknown) => refusalOf('distribution.completed', { channels });

  it('are taken in their order, and what is absent or null of them is null', () => {
    const channels = [
      { channel: 'b', status: 'SUCCESS', cost: 1, expectedViews: 5, externalId: '17', note: 'ignored' },
      { channel: 'a', status: 'FAILED', cost: 0, expectedViews: null, externalId: null },
      { channel: 'c', status: 'PENDING', cost: 2 },
    ];
    expect(parsedWith('distribution.completed', { channels }).channels).toEqual([
      { channel: 'b', status: 'SUCCESS', cost: 1, expectedViews: 5, externalId: '17' },
      { channel: 'a', status: 'FAILED', cost: 0, expectedViews: null, externalId: null },
      { channel: 'c', status: 'PENDING', cost: 2, expectedViews: null, externalId: null },
    ]);
  });

  it('have an external id of 1 to 200 characters, trimmed and else as it was sent', () => {
    const idOf = (externalId: string) => {
      const channels = [{ ...named(1)[0], externalId }];
      return parsedWith('distribution.completed', { channels }).channels[0]?.externalId;
    };
    expect(idOf('\u00a0Cafe\u0301 17\n')).toBe('Cafe\u0301 17');
    expect(idOf(` ${'\u{1f4fa}'.repeat(200)} `)).toBe('\u{1f4fa}'.repeat(200));
  });

  it('are 1 to 50', () => {
    expect(refused(named(1))).toBeUndefined();
    expect(refused(named(50))).toBeUndefined();
    for (const channels of [[], named(51), {}, 'A', null, Array(200_000).fill(1)]) {
      expect(refused(channels)).toBe('channels: must be a list of 1 to 50 channels');
    }
  });

  it('are named once each, as the names are after trimming and composing', () => {
    const [one] = named(1);
    const same = { ...one, channel: ` ${'채널 0'.normalize('NFD')} ` };
    expect(refused([one, same])).toBe('channels: must not name a channel twice');
    expect(
      refused([
        { ...one, channel: 'kt' },
        { ...one, channel: 'KT' },
      ]),
    ).toBeUndefined();
  });

  it.each([
    [{ status: 'success' }, 'channels[0].status: must be "SUCCESS", "FAILED" or "PENDING"'],
    [{ status: undefined }, 'channels[0].status: is missing'],
    [{ cost: undefined }, 'channels[0].cost: is missing'],
    [{ expectedViews: -1 }, `channels[0].expectedViews: ${COUNT}, or null`],
    ...['', ' ', 'x'.repeat(201), 17, 'a\0', 'a\ud800'].map((externalId): [object, string] => [
      { externalId },
      'channels[0].externalId: must be a text of 1 to 200 characters besides blanks around it, or null',
    ]),
    [{ channel: ' ' }, 'channels[0].channel: must be a text of 1 to 50 characters besides blanks around it'],
  ])('are looked at one by one: %p', (changes, reason) => {
    expect(refused(named(1).map((channel) => ({ ...channel, ...changes })))).toBe(reason);
  });

  it.each([null, 'A', 5])('are objects, not %p', (channel) => {
    expect(refused([channel])).toBe('channels[0]: must be an object');
  });
});

describe('a participant who registered', () => {
  it('comes out whole, with the instant in milliseconds', () => {
    expect(parsedWith('participant.registered')).toEqual({
      kind: 'participant.registered',
      messageId: MESSAGE_ID,
      occurredAt: Date.UTC(2025, 9, 20, 18, 5),
      eventId: EVENT_ID,
      participantId: PARTICIPANT_ID,
      channel: '지니TV',
      age: 34,
      gender: 'FEMALE',
      region: '서울',
      newCustomer: true,
    });
  });
});
