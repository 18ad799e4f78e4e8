import fc from 'fast-check';
import { randomDefinition } from '../messages/event-created';
import { type RawMessage, TOPIC_FIXTURES } from '../messages/topic-fixtures';
import { eventIdOf, type Shops, spelled, storeIdOf } from './values';

/** Valid messages about a few stores and events, each independent: conflicts arise by chance. */

/** A definition of nearly every event; the others stay unknown. Event i belongs to store i modulo stores. */
export const definitions = ({ stores, events }: Shops): fc.Arbitrary<RawMessage[]> =>
  fc
    .tuple(
      ...Array.from({ length: events }, (_, index) =>
        fc.option(randomDefinition(spelled(eventIdOf(index)), spelled(storeIdOf(index % stores))), {
          freq: 12,
        }),
      ),
    )
    .map((found) => found.filter((message) => message !== null));

/** Any valid message, of each topic as often as its weight says. */
export const anyMessage = (shops: Shops): fc.Arbitrary<RawMessage> =>
  fc.oneof(
    ...Object.values(TOPIC_FIXTURES).map((fixture) => ({
      weight: fixture.weight,
      arbitrary: fixture.random(shops),
    })),
  );
