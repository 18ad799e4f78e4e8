import { TOPICS } from '../../../src/workers/messages/topics';
import { type EventIds, newEvent } from '../messages';
import { TOPIC_FIXTURES } from '../messages/topic-fixtures';
import { batchOf } from './batches';
import type { StreamFixture } from './fixture';

/** Applies a few messages of each topic: three participants, two measurements, two sales. */
export async function applySmallScenario(
  { apply }: StreamFixture,
  event: EventIds = newEvent(),
): Promise<void> {
  for (const topic of TOPICS) {
    const messages = TOPIC_FIXTURES[topic].scenario(event);
    if (messages.length > 0) await apply(batchOf(topic, messages));
  }
}
