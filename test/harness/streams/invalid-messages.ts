import fc from 'fast-check';
import { TOPICS } from '../../../src/workers/messages/topics';
import { INVALID_ENVELOPE } from '../messages/invalid-values';
import { type RawMessage, TOPIC_FIXTURES } from '../messages/topic-fixtures';

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

/** Each way to break one field: an invalid value, or none where a field is required. */
function spoil({ topic, value }: RawMessage): fc.Arbitrary<InvalidMessage> {
  const { invalid, optional } = TOPIC_FIXTURES[topic];
  const isOptional = (field: string): boolean => optional.some((name) => name === field);
  const ways = Object.entries<readonly unknown[]>({ ...INVALID_ENVELOPE, ...invalid }).flatMap(
    ([field, bad]) => [
      ...bad.map((wrong) => ({ ...value, [field]: wrong })),
      ...(isOptional(field) ? [] : [without(value, field)]),
    ],
  );
  return fc.constantFrom(...ways).map((spoilt) => ({ topic, bytes: Buffer.from(JSON.stringify(spoilt)) }));
}

const without = (value: object, field: string): object =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== field));

/** @param valid the messages to make invalid */
export const invalidMessage = (valid: fc.Arbitrary<RawMessage>): fc.Arbitrary<InvalidMessage> =>
  fc.oneof({ weight: 1, arbitrary: noMessage }, { weight: 4, arbitrary: valid.chain(spoil) });
