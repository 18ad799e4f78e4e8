import { type Topic, TOPICS } from '../../../src/workers/messages/topics';
import { channelViewsMeasuredFixture } from './channel-views-measured';
import { distributionCompletedFixture } from './distribution-completed';
import { eventCreatedFixture } from './event-created';
import type { EventIds } from './event-ids';
import { participantErasedFixture } from './participant-erased';
import { participantRegisteredFixture } from './participant-registered';
import { salesRecordedFixture } from './sales-recorded';
import type { Fields, MessageOn, TopicFixture } from './topic-fixture';

/** The one list of topics in the tests: a topic that is missing here does not compile. */
const FIXTURES = {
  'event.created': eventCreatedFixture,
  'participant.registered': participantRegisteredFixture,
  'participant.erased': participantErasedFixture,
  'distribution.completed': distributionCompletedFixture,
  'channel.views-measured': channelViewsMeasuredFixture,
  'sales.recorded': salesRecordedFixture,
};

type RawValues = { readonly [T in Topic]: (typeof FIXTURES)[T]['sample'] };

export type RawMessageOn<T extends Topic> = { [K in T]: MessageOn<K, RawValues[K]> }[T];

/** A valid message of any topic. */
export type RawMessage = RawMessageOn<Topic>;

export const TOPIC_FIXTURES: { readonly [T in Topic]: TopicFixture<T, RawValues[T]> } = FIXTURES;

/** Something for each topic. */
export function ofEachTopic<Item>(make: (topic: Topic) => Item): Readonly<Record<Topic, Item>> {
  return Object.fromEntries(TOPICS.map((topic) => [topic, make(topic)])) as Record<Topic, Item>;
}

/** A valid message of each topic about an event and its store. */
export const messagesAbout = (ids: EventIds): Readonly<Record<Topic, Fields>> =>
  ofEachTopic((topic) => TOPIC_FIXTURES[topic].create(ids));

/** What the first of two messages keeps from the second. */
export function competesFor<T extends Topic>({ topic, value }: RawMessageOn<T>): string[] {
  return TOPIC_FIXTURES[topic].competesFor(value).map((thing) => `${topic} ${thing}`.toLowerCase());
}
