import { parseMessage, parseValue } from '../../../src/workers/messages/parse';
import { TOPICS, isTopic } from '../../../src/workers/messages/topics';
import { parsedWith, refusalOf } from './parse-sample';
import { NOW, SAMPLES } from './samples';

const TOPIC = 'participant.registered';
const GOOD = JSON.stringify(SAMPLES[TOPIC]);

const reject = (reason: string) => ({ kind: 'rejected', reason });

describe('the border of the write side', () => {
  it.each(TOPICS)('takes a good message of %s as bytes, as text and decoded, and says its kind', (topic) => {
    const text = JSON.stringify(SAMPLES[topic]);
    const parsed = parseMessage(topic, Buffer.from(text), NOW);
    expect(parsed.kind).toBe(topic);
    expect(parseMessage(topic, text, NOW)).toEqual(parsed);
    expect(parseValue(topic, SAMPLES[topic], NOW)).toEqual(parsed);
  });

  it.each([
    ['a tombstone', null, 'no value: a tombstone carries no message'],
    ['an empty value', Buffer.alloc(0), 'not JSON'],
    ['text that is no JSON', '{"age": 34', 'not JSON'],
    ['two byte order marks', `\uFEFF\uFEFF${GOOD}`, 'not JSON'],
    [
      "a schema registry's magic byte",
      Buffer.concat([Buffer.from([0, 0, 0, 0, 200]), Buffer.from(GOOD)]),
      "not JSON: a schema registry's magic byte is at its head",
    ],
    ['NaN', '{"age": NaN}', 'not JSON'],
    ['brackets five million deep', '['.repeat(5_000_000), 'not JSON'],
    ['null', 'null', 'not a JSON object'],
    ['a list', `[${GOOD}]`, 'not a JSON object'],
    ['a number', '5', 'not a JSON object'],
    ['a text', '"text"', 'not a JSON object'],
    ['JSON within a JSON text', JSON.stringify(GOOD), 'not a JSON object: JSON within a JSON text'],
    [
      'a CloudEvent',
      `{"specversion": "1.0", "type": "t", "id": "1", "source": "/", "data": ${GOOD}}`,
      'not the message itself: a CloudEvent around it',
    ],
    [
      'what an outbox wraps',
      `{"schema": {}, "payload": ${GOOD}}`,
      'not the message itself: schema and payload around it',
    ],
  ])('refuses %s', (_name, value, reason) => {
    expect(parseMessage(TOPIC, value, NOW)).toEqual(reject(reason));
  });

  it('passes over a byte order mark at the head', () => {
    for (const value of [`\uFEFF${GOOD}`, Buffer.from(`\uFEFF${GOOD}`)])
      expect(parseMessage(TOPIC, value, NOW)).toEqual(parsedWith(TOPIC));
  });

  it('refuses bytes that are not UTF-8 rather than to put other characters in their place', () => {
    const [before, after] = GOOD.split('서울');
    const spliced = (...bytes: number[]) =>
      Buffer.concat([Buffer.from(before ?? ''), Buffer.from(bytes), Buffer.from(after ?? '')]);
    expect(parseMessage(TOPIC, spliced(0xff), NOW)).toEqual(reject('not UTF-8'));
    expect(parseMessage(TOPIC, spliced(0xec, 0x84), NOW)).toEqual(reject('not UTF-8'));
    // A surrogate in the three bytes of CESU-8.
    expect(parseMessage(TOPIC, spliced(0xed, 0xa0, 0x80), NOW)).toEqual(reject('not UTF-8'));
    expect(parseMessage(TOPIC, spliced(0xec, 0x84, 0x9c), NOW)).toMatchObject({ region: '서' });
  });

  it('gives only the fields it knows', () => {
    const parsed = parsedWith(TOPIC, { kind: 'other', campaign: { deep: [1] }, phone: '\0' });
    expect(parsed).toEqual(parsedWith(TOPIC));
    expect(parsed.kind).toBe(TOPIC);
  });

  it('is not harmed by __proto__ and constructor as keys', () => {
    const text = GOOD.replace(
      '{',
      '{"__proto__": {"age": 7, "region": "x"}, "constructor": {"prototype": {}}, ',
    );
    expect(parseMessage(TOPIC, text, NOW)).toEqual(parsedWith(TOPIC));
    const withoutAge = { ...SAMPLES[TOPIC], age: undefined };
    const inherits = JSON.stringify(withoutAge).replace('{', '{"__proto__": {"age": 7}, ');
    expect(parseMessage(TOPIC, inherits, NOW)).toMatchObject({ age: null });
  });

  it('takes the last of a repeated key, as JSON.parse does', () => {
    expect(parseMessage(TOPIC, GOOD.replace('{', '{"age": 7, '), NOW)).toMatchObject({ age: 34 });
    expect(parseMessage(TOPIC, GOOD.replace(/}$/, ', "age": 7}'), NOW)).toMatchObject({ age: 7 });
  });

  it('looks no further into unknown fields, however deep or long', () => {
    const deep = '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000);
    const long = JSON.stringify('x'.repeat(5_000_000));
    const text = GOOD.replace('{', `{"deep": ${deep}, "long": ${long}, `);
    expect(parseMessage(TOPIC, text, NOW)).toEqual(parsedWith(TOPIC));
  });

  it('knows its topics and no other', () => {
    expect(TOPICS.every(isTopic)).toBe(true);
    expect(isTopic('event.created.dlq')).toBe(false);
    expect(isTopic('toString')).toBe(false);
  });
});

describe('the reason of a refusal', () => {
  it('names the field and the rule', () => {
    expect(refusalOf('event.created', { targetGoal: '1000' })).toBe(
      'targetGoal: must be a whole number from 0 to 10^12',
    );
  });

  it('says what is missing', () => {
    expect(refusalOf(TOPIC, { channel: undefined })).toBe('channel: is missing');
    expect(refusalOf('distribution.completed', { channels: undefined })).toBe('channels: is missing');
  });

  it('says by which other name a field is there', () => {
    const { messageId, ...rest } = SAMPLES[TOPIC];
    const text = JSON.stringify({ ...rest, message_id: messageId });
    expect(parseMessage(TOPIC, text, NOW)).toEqual(reject('messageId: is missing (message_id is there)'));
    const channels = [{ channel: 'A', status: 'SUCCESS', Cost: 0 }];
    expect(refusalOf('distribution.completed', { channels })).toBe('channels[0].cost: is missing');
  });

  it('says where in a list', () => {
    const channels = [
      { channel: 'A', status: 'SUCCESS', cost: 0 },
      { channel: 'B', status: 'SUCCESS', cost: -1 },
    ];
    expect(refusalOf('distribution.completed', { channels })).toBe(
      'channels[1].cost: must be a whole number from 0 to 10^12',
    );
  });

  it('names the first few of many problems and counts the rest', () => {
    const reason = refusalOf(TOPIC, {
      messageId: 1,
      eventId: 1,
      participantId: 1,
      channel: 1,
      age: 'x',
      region: 1,
    });
    expect(reason).toBe(
      'messageId: must be a uuid; eventId: must be a uuid; participantId: must be a uuid; ' +
        'channel: must be a text of 1 to 50 characters besides blanks around it; and 2 more',
    );
  });

  it('stays short however much is wrong', () => {
    const channels = Array.from({ length: 50 }, () => ({}));
    const reason = refusalOf('distribution.completed', { channels, messageId: 1, occurredAt: 1, eventId: 1 });
    expect(reason).toMatch(/; and 149 more$/);
    expect(reason?.length).toBeLessThanOrEqual(500);
  });

  it('never repeats what the message says of a person', () => {
    const secrets = {
      participantId: 'KIM-1990',
      channel: '\0KIM',
      age: 991,
      gender: 'KIM',
      region: 'KIM'.repeat(50),
    };
    for (const [field, secret] of Object.entries(secrets)) {
      const reason = refusalOf(TOPIC, { [field]: secret });
      expect(reason).toContain(`${field}: `);
      expect(reason).not.toMatch(/KIM|991/);
    }
    expect(parseMessage(TOPIC, '{"region": KIM}', NOW)).toEqual(reject('not JSON'));
  });
});
