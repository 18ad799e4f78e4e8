import type { ITopicConfig, Kafka } from 'kafkajs';
import type { Logger } from '../../observability/log';

/** A dead letter is the message as it came plus a few headers, so its topic takes more than a topic usually does. */
const DEAD_LETTER_MAX_BYTES = 32 * 1024 * 1024;

/** Where a topic's dead letters go. */
export function deadLetterTopicOf(topic: string): string {
  return `${topic}.dlq`;
}

/**
 * Creates the topics and their dead-letter topics where they are missing, with the broker's defaults. An installation
 * that forbids this has created them itself; subscribing fails if it has not.
 */
export async function ensureTopics(kafka: Kafka, topics: readonly string[], log: Logger): Promise<void> {
  const wanted = topics.flatMap((topic) => [{ topic }, deadLetterConfig(topic)]);
  await createMissing(kafka, wanted).catch((error: unknown) =>
    log.warn({ err: error }, 'missing topics could not be created'),
  );
}

/** Creates the topic's dead-letter topic if it is missing. @throws where that is forbidden, or Kafka does not answer */
export async function ensureDeadLetterTopic(kafka: Kafka, topic: string): Promise<void> {
  await createMissing(kafka, [deadLetterConfig(topic)]);
}

async function createMissing(kafka: Kafka, wanted: readonly ITopicConfig[]): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const existing = new Set(await admin.listTopics());
    const missing = wanted.filter(({ topic }) => !existing.has(topic));
    if (missing.length > 0) await admin.createTopics({ topics: missing, waitForLeaders: true });
  } finally {
    await admin.disconnect();
  }
}

function deadLetterConfig(topic: string): ITopicConfig {
  const configEntries = [{ name: 'max.message.bytes', value: String(DEAD_LETTER_MAX_BYTES) }];
  return { topic: deadLetterTopicOf(topic), configEntries };
}
