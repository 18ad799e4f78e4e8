import type { Topic } from '../../../src/workers/messages/topics';
import type { Instant } from '../../../src/domain/values';
import type { Fields } from '../../harness/messages';
import { ofEachTopic, TOPIC_FIXTURES } from '../../harness/messages/topic-fixtures';

export { EVENT_ID, MESSAGE_ID, PARTICIPANT_ID } from '../../harness/messages/sample-ids';

/** When the samples arrive. */
export const NOW = Date.UTC(2025, 9, 22, 10, 30) as Instant;

/** One valid message a topic, as it is sent. Each test breaks one place of it. */
export const SAMPLES: { readonly [T in Topic]: Fields } = ofEachTopic((topic) => ({
  ...TOPIC_FIXTURES[topic].sample,
}));
