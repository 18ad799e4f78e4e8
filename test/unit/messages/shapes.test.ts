import type { MessageShape } from '../../../src/config/message-shapes';
import { parseMessage } from '../../../src/workers/messages/parse';
import { createMessageReader } from '../../../src/workers/messages/shapes/reader';
import { type Topic, TOPICS } from '../../../src/workers/messages/topics';
import {
  behindMagicByte,
  cloudEvent,
  cloudEventHeaders,
  inSnakeCase,
  OUTBOX_FORMS,
} from '../../harness/messages/shaped';
import { MESSAGE_ID } from '../../harness/messages/sample-ids';
import { parsedWith } from './parse-sample';
import { NOW, SAMPLES } from './samples';

/** What was done to a message, the shape that undoes it, and the message. */
type Wrapped = [what: string, shape: Partial<MessageShape>, value: Buffer | string, headers: object];

const TOPIC = 'participant.registered';
const PLAIN: MessageShape = {
  envelope: 'none',
  fieldNames: 'camelCase',
  numericInstants: 'refused',
  zone: undefined,
};
const textOf = (topic: Topic): string => JSON.stringify(SAMPLES[topic]);
const sampleWith = (changes: object): string => JSON.stringify({ ...SAMPLES[TOPIC], ...changes });

/** What becomes of a message whose topic has this shape. */
function read(
  shape: Partial<MessageShape>,
  value: Buffer | string | null,
  headers = {},
  topic: Topic = TOPIC,
) {
  return createMessageReader(new Map([[topic, { ...PLAIN, ...shape }]]))(topic, { value, headers }, NOW);
}
const reject = (reason: string) => ({ kind: 'rejected', reason });

describe.each(TOPICS)('%s, as it may be configured', (topic) => {
  const plain = parseMessage(topic, textOf(topic), NOW);
  const wrapped: readonly Wrapped[] = [
    ['behind a magic byte', { envelope: 'confluent' }, behindMagicByte(textOf(topic), 200), {}],
    ['in a CloudEvent', { envelope: 'cloudevents' }, cloudEvent(SAMPLES[topic]), {}],
    ['beside the headers of a CloudEvent', { envelope: 'cloudevents' }, textOf(topic), cloudEventHeaders()],
    ...OUTBOX_FORMS.map(([name, form]): Wrapped => [
      `in an outbox, as ${name}`,
      { envelope: 'outbox' },
      form(textOf(topic)),
      {},
    ]),
    ['in snake case', { fieldNames: 'snake_case' }, inSnakeCase(textOf(topic)), {}],
    [
      'in snake case in an outbox',
      { envelope: 'outbox', fieldNames: 'snake_case' },
      JSON.stringify(inSnakeCase(textOf(topic))),
      {},
    ],
  ];

  it.each(wrapped)('is taken %s', (_name, shape, value, headers) => {
    expect(plain.kind).toBe(topic);
    expect(read(shape, value, headers, topic)).toEqual(plain);
  });

  it.each(wrapped)(
    'is refused %s where that is not configured, or is plain already',
    (_name, _shape, value) => {
      const unread = read({}, value, {}, topic);
      if (value !== textOf(topic)) expect(unread.kind).toBe('rejected');
      expect(unread).toEqual(parseMessage(topic, value, NOW));
    },
  );

  it.each(wrapped)('is taken plainly where it may be %s', (_name, shape) => {
    expect(read(shape, textOf(topic), {}, topic)).toEqual(plain);
  });
});

describe('an envelope', () => {
  it('that holds no JSON is refused with what was met', () => {
    expect(read({ envelope: 'confluent' }, behindMagicByte('\u0002avro'))).toEqual(
      reject("not JSON, behind a schema registry's magic byte"),
    );
    expect(read({ envelope: 'outbox' }, '"text"')).toEqual(reject('not JSON within the JSON text'));
    expect(read({ envelope: 'outbox' }, '{"payload": null}')).toEqual(reject('not a JSON object'));
    expect(read({ envelope: 'cloudevents' }, cloudEvent('text'))).toEqual(
      reject('data: must be a JSON object'),
    );
    expect(read({ envelope: 'cloudevents' }, '{"specversion": "0.3", "data": {}}')).toEqual(
      reject('specversion: must be "1.0"'),
    );
    expect(read({ envelope: 'cloudevents' }, textOf(TOPIC), { ce_specversion: Buffer.from('2.0') })).toEqual(
      reject('ce_specversion: must be 1.0'),
    );
  });

  it.each(['confluent', 'cloudevents', 'outbox'] as const)('%s leaves a tombstone one', (envelope) => {
    expect(read({ envelope }, null)).toEqual(reject('no value: a tombstone carries no message'));
  });

  it('that is another one than what is configured is no message', () => {
    const inOutbox = `{"schema": {}, "payload": ${textOf(TOPIC)}}`;
    expect(read({ envelope: 'confluent' }, inOutbox)).toEqual(
      reject('not the message itself: schema and payload around it'),
    );
    expect(read({ envelope: 'cloudevents' }, behindMagicByte(textOf(TOPIC)))).toEqual(
      reject("not JSON: a schema registry's magic byte is at its head"),
    );
  });

  it('that nests deeper than an outbox does is not followed', () => {
    const deep = Array.from({ length: 1_000 }).reduce<string>(
      (inner) => `{"payload": ${inner}}`,
      textOf(TOPIC),
    );
    expect(read({ envelope: 'outbox' }, deep).kind).toBe('rejected');
  });

  it('of a CloudEvent says id and time where its message does not', () => {
    const time = '2025-10-20T18:05:12Z';
    const data = { ...SAMPLES[TOPIC], messageId: undefined, occurredAt: undefined };
    const expected = parsedWith(TOPIC, { occurredAt: time });
    expect(read({ envelope: 'cloudevents' }, cloudEvent(data, { id: MESSAGE_ID, time }))).toEqual(expected);
    const headers = cloudEventHeaders({ id: MESSAGE_ID, time });
    expect(read({ envelope: 'cloudevents' }, JSON.stringify(data), headers)).toEqual(expected);
    const other = cloudEvent(SAMPLES[TOPIC], { id: 'another', time: 'another' });
    expect(read({ envelope: 'cloudevents' }, other)).toEqual(parsedWith(TOPIC));
    expect(read({ envelope: 'cloudevents' }, cloudEvent(data, { id: '17', time }))).toEqual(
      reject('messageId: must be a uuid'),
    );
  });
});

describe('names in snake case', () => {
  const shape = { fieldNames: 'snake_case' } as const;

  it('must not stand beside those they mean', () => {
    expect(read(shape, sampleWith({ message_id: MESSAGE_ID }))).toEqual(
      reject('message_id: stands beside messageId'),
    );
    const channels = [{ channel: 'A', status: 'SUCCESS', cost: 1, external_id: '1', externalId: '2' }];
    const text = JSON.stringify({ ...SAMPLES['distribution.completed'], channels });
    expect(read(shape, text, {}, 'distribution.completed')).toEqual(
      reject('external_id: stands beside externalId'),
    );
  });

  it('that mean something in another topic alone are left alone, too', () => {
    const others = { store_id: 1, storeId: 2, items: [{ event_id: 1, eventId: 2 }] };
    expect(read(shape, sampleWith(others))).toEqual(parsedWith(TOPIC));
  });

  it('are looked for no deeper than there are fields', () => {
    const depth = 100_000;
    const deep = `${'[{"event_id":'.repeat(depth)}1${'}]'.repeat(depth)}`;
    expect(read(shape, textOf(TOPIC).replace('{', `{"channels": ${deep}, "event_ids": ${deep}, `))).toEqual(
      parsedWith(TOPIC),
    );
    const channels = textOf('distribution.completed').replace('{', `{"extra": ${deep}, `);
    expect(read(shape, channels, {}, 'distribution.completed')).toMatchObject({
      kind: 'distribution.completed',
    });
  });

  it('that mean nothing are left alone', () => {
    expect(read(shape, sampleWith({ user_name: 1, userName: 2 }))).toEqual(parsedWith(TOPIC));
    const harmful = textOf(TOPIC).replace('{', '{"__proto__": {"age": 7}, ');
    expect(read(shape, harmful)).toEqual(parsedWith(TOPIC));
  });
});

describe('an instant', () => {
  const seoul = { zone: 'Asia/Seoul' };
  const occurredAt = (shape: Partial<MessageShape>, value: unknown): string => {
    const message = read(shape, sampleWith({ occurredAt: value }));
    return message.kind === 'rejected' ? message.reason : new Date(message.occurredAt).toISOString();
  };

  it.each([
    [seoul, [2025, 10, 20, 10, 30], '2025-10-20T01:30:00.000Z'],
    [seoul, [2025, 10, 20, 10, 30, 7], '2025-10-20T01:30:07.000Z'],
    [seoul, [2025, 10, 20, 10, 30, 7, 123_999_999], '2025-10-20T01:30:07.123Z'],
    [seoul, '2025-10-20T10:30:00', '2025-10-20T01:30:00.000Z'],
    [seoul, '2025-10-20T10:30:07.123456789', '2025-10-20T01:30:07.123Z'],
    [seoul, '2025-10-20T10:30', '2025-10-20T01:30:00.000Z'],
    [seoul, '2025-10-20T10:30:00Z', '2025-10-20T10:30:00.000Z'],
    [{ numericInstants: 'seconds' }, 1_760_927_400.1234567, '2025-10-20T02:30:00.123Z'],
    [{ numericInstants: 'seconds' }, 1_760_927_400.001, '2025-10-20T02:30:00.001Z'],
    [{ numericInstants: 'seconds' }, 1_760_927_400, '2025-10-20T02:30:00.000Z'],
    [{ numericInstants: 'milliseconds' }, 1_760_927_400_123, '2025-10-20T02:30:00.123Z'],
    [{ numericInstants: 'milliseconds' }, 1_760_927_400_123.9, '2025-10-20T02:30:00.123Z'],
    [{ zone: 'America/New_York' }, '2025-10-20T10:30:00', '2025-10-20T14:30:00.000Z'],
  ] satisfies [Partial<MessageShape>, unknown, string][])('by %p, %p is %s', (shape, value, expected) => {
    expect(occurredAt(shape, value)).toBe(expected);
  });

  const OBSERVED = 'occurredAt: must be an RFC 3339 instant with an offset, not before 2000-01-01T00:00Z';
  const ARRAY = 'occurredAt: as an array must be 5 to 7 whole numbers from year to nanosecond';
  it.each([
    [seoul, 1_760_927_400, `${OBSERVED} (this is a number)`],
    [{ numericInstants: 'seconds' }, [2025, 10, 20, 10, 30], `${OBSERVED} (this is an array)`],
    [
      { numericInstants: 'seconds' },
      '2025-10-20T10:30:00',
      `${OBSERVED} (this is an instant without an offset)`,
    ],
    [{ numericInstants: 'seconds' }, 1_760_927_400_123, `${OBSERVED} (this is a number)`],
    [{ numericInstants: 'milliseconds' }, 1_760_927_400, OBSERVED],
    [{ numericInstants: 'seconds' }, -1, `${OBSERVED} (this is a number)`],
    [seoul, [2025, 2, 30, 10, 30], `${ARRAY} (its month has no such day)`],
    [seoul, [2025, 10, 20], `${ARRAY} (it has 3)`],
    [seoul, [2025, 10, 20, 10, 30, 7, 1, 1], `${ARRAY} (it has 8)`],
    [seoul, [20_250, 10, 20, 10, 30], `${ARRAY} (its year is not from 0 to 9999)`],
    [seoul, [2025, 13, 20, 10, 30], `${ARRAY} (its month is not from 1 to 12)`],
    [seoul, [2025, 10, 0, 10, 30], `${ARRAY} (its day is not from 1 to 31)`],
    [seoul, [2025, 10, 20, 24, 0], `${ARRAY} (its hour is not from 0 to 23)`],
    [seoul, [2025, 10, 20, 10, 30.5], `${ARRAY} (its minute is not from 0 to 59)`],
    [seoul, [2025, 10, 20, 10, 30, 60], `${ARRAY} (its second is not from 0 to 59)`],
    [seoul, [2025, 10, 20, 10, 30, -1], `${ARRAY} (its second is not from 0 to 59)`],
    [seoul, [2025, 10, 20, 10, 30, 7, 10 ** 9], `${ARRAY} (its nanosecond is not from 0 to 999999999)`],
    [
      seoul,
      [2025, 10, 20, 10, 30, 7, 12_345_678_901],
      `${ARRAY} (its nanosecond is not from 0 to 999999999)`,
    ],
    [seoul, [2025, 10, 20, 10, '30'], `${ARRAY} (its minute is not from 0 to 59)`],
    [seoul, '2025-10-20T10:30+09:00', `${OBSERVED} (this is an instant without seconds)`],
    [
      { zone: 'America/New_York' },
      '2025-03-09T02:30:00',
      'occurredAt: must not be a local time that America/New_York passes over',
    ],
    [
      { zone: 'America/New_York' },
      '2024-11-03T01:30:00',
      'occurredAt: must not be a local time that America/New_York has twice',
    ],
  ] satisfies [Partial<MessageShape>, unknown, string][])('by %p, %p is refused', (shape, value, reason) => {
    expect(occurredAt(shape, value)).toBe(reason);
  });

  it('is told apart from numbers that are none', () => {
    const text = JSON.stringify(SAMPLES['channel.views-measured']);
    const views = read({ numericInstants: 'seconds' }, text, {}, 'channel.views-measured');
    expect(views).toEqual(parseMessage('channel.views-measured', text, NOW));
  });

  it('and days of plans and sales are converted as well', () => {
    const event = {
      ...SAMPLES['event.created'],
      startAt: [2025, 10, 15, 0, 0],
      endAt: '2025-10-29T00:00:00',
    };
    expect(read(seoul, JSON.stringify(event), {}, 'event.created')).toMatchObject({
      startAt: Date.parse('2025-10-14T15:00:00Z'),
      endAt: Date.parse('2025-10-28T15:00:00Z'),
    });
    const sale = JSON.stringify({ ...SAMPLES['sales.recorded'], saleDate: [2025, 10, 6] });
    expect(read(seoul, sale, {}, 'sales.recorded')).toMatchObject({ saleDate: '2025-10-06' });
    expect(read({}, sale, {}, 'sales.recorded')).toEqual(
      reject('saleDate: must be a day YYYY-MM-DD in the years 2000 to 2100'),
    );
  });
});
