import type { Random } from '../../../src/commands/simulator/random';
import { type Topic, TOPICS } from '../../../src/workers/messages/topics';
import type { RawParticipant } from '../../harness/messages/participant-registered';
import { HOUR, written } from '../../harness/oracle/moments';
import { type RawMessage, TOPIC_FIXTURES } from '../../harness/messages/topic-fixtures';
import { oneOf, type TrafficSource } from '../../harness/messages/traffic';
import { partitionOf, type Shops } from './shops';

/** A message before it is sent. */
export interface MessageDraft {
  readonly topic: Topic;
  readonly partition: number;
  readonly value: Buffer;
  /** Its content, when it can be applied. */
  readonly valid?: RawMessage;
  /** Identifies the dead letter: a text that only its value contains. */
  readonly mark?: string;
}

/** Creates messages about the shops as upstream could send them. No two contradict each other, so their order is irrelevant. */
export interface MessageFactory {
  /** One for each event, in their order. */
  definitions(): MessageDraft[];
  /** A message that can be applied; of several topics, or all, each comes as often as its fixture says. */
  valid(topics?: Topic | readonly Topic[]): MessageDraft;
  /** A registration of a new participant. */
  registration(): MessageDraft;
  /** Asks that who registered so is forgotten, in that event. */
  erasureOf(registration: RawParticipant): MessageDraft;
  /** A message that can never be applied. */
  invalid(topics?: Topic | readonly Topic[]): MessageDraft;
}

export function createMessageFactory(shops: Shops, random: Random): MessageFactory {
  const source = createSource(shops, random);
  const draft = (message: RawMessage): MessageDraft => ({
    topic: message.topic,
    partition: partitionOf(shops, message),
    value: Buffer.from(JSON.stringify(message.value)),
    valid: message,
  });
  const valid = (topics: Topic | readonly Topic[] = TOPICS): MessageDraft => {
    const weights = [topics].flat().map((topic) => [topic, TOPIC_FIXTURES[topic].traffic.weight] as const);
    return draft(TOPIC_FIXTURES[random.pick(weights)].traffic.next(source));
  };

  return {
    definitions: () =>
      shops.events.map(({ definition }) => draft({ topic: 'event.created', value: definition })),
    valid,
    registration: () => valid('participant.registered'),
    erasureOf: ({ eventId, participantId }) =>
      draft({
        topic: 'participant.erased',
        value: { messageId: random.uuid(), occurredAt: written(Date.now()), participantId, eventId },
      }),
    invalid(topics = TOPICS) {
      const topic = oneOf(random, [topics].flat());
      const mark = random.uuid();
      const text = random.chance(0.5) ? `no JSON: ${mark}` : JSON.stringify({ messageId: mark });
      return { topic, partition: random.between(0, 2), value: Buffer.from(text), mark };
    },
  };
}

function createSource({ stores, events }: Shops, random: Random): TrafficSource {
  const definitions = events.map(({ definition }) => definition);
  let ticks = 0;
  return {
    random,
    stores,
    events: definitions,
    // The last event is defined only after the fault.
    defined: definitions.slice(0, -1),
    moment: () => Date.now() - 2 * HOUR + (ticks += 1),
  };
}
