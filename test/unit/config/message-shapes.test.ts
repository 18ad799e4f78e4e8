import { createBusinessCalendar } from '../../../src/domain/calendar';
import { TOPICS } from '../../../src/workers/messages/topics';
import { load, problemsOf } from './load';

const env = (shapes: unknown) => ({ KAFKA_MESSAGE_SHAPES: JSON.stringify(shapes) });
const problems = (shapes: unknown) => problemsOf(env(shapes), createBusinessCalendar);

describe('the shapes of messages', () => {
  test('are plain unless they are told', () => {
    expect(load({}).messageShapes).toEqual(new Map());
    expect(load(env({})).messageShapes).toEqual(new Map());
  });

  test('are told for each topic, and need no more than what differs', () => {
    expect(
      load(
        env({
          'event.created': { envelope: 'confluent' },
          'sales.recorded': { fieldNames: 'snake_case', numericInstants: 'seconds', zone: ' Asia/Seoul ' },
        }),
      ).messageShapes,
    ).toEqual(
      new Map([
        [
          'event.created',
          { envelope: 'confluent', fieldNames: 'camelCase', numericInstants: 'refused', zone: undefined },
        ],
        [
          'sales.recorded',
          { envelope: 'none', fieldNames: 'snake_case', numericInstants: 'seconds', zone: 'Asia/Seoul' },
        ],
      ]),
    );
  });

  test.each(TOPICS)('can be told for %s', (topic) => {
    expect([...load(env({ [topic]: {} })).messageShapes.keys()]).toEqual([topic]);
  });

  test.each([
    [
      [],
      'KAFKA_MESSAGE_SHAPES: its value cannot be used (a JSON object like {"event.created": {"envelope": "confluent"}})',
    ],
    [
      { 'sales.recorded': 'confluent' },
      'KAFKA_MESSAGE_SHAPES["sales.recorded"]: its value cannot be used (an object)',
    ],
    [
      { 'sale.recorded': {} },
      `KAFKA_MESSAGE_SHAPES["sale.recorded"]: is not known (one of ${TOPICS.join(', ')})`,
    ],
    [
      { 'sales.recorded': { envelop: 'none' } },
      'KAFKA_MESSAGE_SHAPES["sales.recorded"].envelop: is not known (one of envelope, fieldNames, numericInstants, zone)',
    ],
    [
      { 'sales.recorded': { envelope: 'avro' } },
      'KAFKA_MESSAGE_SHAPES["sales.recorded"].envelope: its value cannot be used (one of none, confluent, cloudevents, outbox)',
    ],
    [
      { 'sales.recorded': { numericInstants: 's' } },
      'KAFKA_MESSAGE_SHAPES["sales.recorded"].numericInstants: its value cannot be used (one of refused, seconds, milliseconds)',
    ],
    [
      { 'sales.recorded': { zone: 'Asia/Nowhere' } },
      'KAFKA_MESSAGE_SHAPES["sales.recorded"].zone: its value cannot be used (an IANA zone of whole-hour offsets, like Asia/Seoul)',
    ],
  ])('%p is refused with its place', (shapes, problem) => {
    expect(problems(shapes)).toEqual([problem]);
  });

  test('are refused together with whatever else is wrong', () => {
    const found = problemsOf({ ...env({ a: {} }), PORT: 'x', CHANNEL_PLATFORMS: '{' });
    expect(found).toHaveLength(3);
    expect(problemsOf({ KAFKA_MESSAGE_SHAPES: '{"secret' })[0]).not.toContain('secret');
  });
});
