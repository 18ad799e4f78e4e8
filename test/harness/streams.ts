import fc from 'fast-check';
import { competesFor, type RawMessage } from './messages/topic-fixtures';
import { anyMessage, definitions } from './streams/messages';
import { invalidMessage, type InvalidMessage } from './streams/invalid-messages';
import type { Shops } from './streams/values';

export { NOW } from './streams/values';

/** A message as it arrives, and whether it must be applied. */
export interface Arrival {
  readonly topic: RawMessage['topic'];
  readonly bytes: Buffer | null;
  /** Its content; undefined when it must be rejected. */
  readonly valid: RawMessage | undefined;
}

/** Messages of all topics in the order in which they arrive. */
export type Stream = readonly Arrival[];

const MOST_MESSAGES = 80;
const MOST_REPEATED = 12;

/** A few stores with a few events each; now and then so many stores that their industry has averages of its own. */
const shops: fc.Arbitrary<Shops> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ stores: fc.integer({ min: 2, max: 3 }), events: fc.integer({ min: 3, max: 5 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ stores: 7, events: 8 }) },
);

const validMessages = (of: Shops): fc.Arbitrary<RawMessage[]> =>
  fc
    .tuple(definitions(of), fc.array(anyMessage(of), { maxLength: MOST_MESSAGES, size: 'max' }))
    .map(([defining, others]) => [...defining, ...others]);

/** Any stream: in any order, with duplicate, contradicting and invalid messages. */
export const anyStream: fc.Arbitrary<Stream> = shops.chain((of) => arrivals(of, validMessages(of)));

/** A stream in which no two different messages compete for the same thing at the same instant. */
export const peacefulStream: fc.Arbitrary<Stream> = shops.chain((of) =>
  arrivals(of, validMessages(of).map(withoutRivals)),
);

function arrivals(of: Shops, messages: fc.Arbitrary<RawMessage[]>): fc.Arbitrary<Stream> {
  return fc
    .tuple(messages, fc.array(invalidMessage(anyMessage(of)), { maxLength: 8 }))
    .chain(([valid, spoilt]) =>
      fc
        .subarray(valid, { maxLength: Math.min(MOST_REPEATED, valid.length) })
        .chain((again) => inAnyOrder([...[...valid, ...again].map(toArrival), ...spoilt.map(refused)])),
    );
}

/** A permutation of the stream. */
export function inAnyOrder(stream: Stream): fc.Arbitrary<Stream> {
  return fc.shuffledSubarray([...stream], { minLength: stream.length });
}

function toArrival(message: RawMessage): Arrival {
  return { topic: message.topic, bytes: Buffer.from(JSON.stringify(message.value)), valid: message };
}

function refused({ topic, bytes }: InvalidMessage): Arrival {
  return { topic, bytes, valid: undefined };
}

/** Of messages that compete, only the first stays. */
function withoutRivals(messages: readonly RawMessage[]): RawMessage[] {
  const taken = new Set<string>();
  return messages.filter((message) => {
    const wanted = competesFor(message);
    if (wanted.some((thing) => taken.has(thing))) return false;
    for (const thing of wanted) taken.add(thing);
    return true;
  });
}
