import type { ITopicConfig, Kafka } from 'kafkajs';
import type { Logger } from '../log';

/** A dead letter is the message as it came plus four headers, so its topic takes more than a topic usually does. */
const DEAD_LETTER_MAX_BYTES = 32 * 1024 * 1024;

/**
 * Creates the topics and their dead-letter topics where they are missing, with the broker's defaults. An installation
 * that forbids this has created them itself; subscribing tells if it has not.
 */
export async function ensureTopics(kafka: Kafka, topics: readonly string[], log: Logger): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = topics.flatMap(withDeadLetters).filter(({ topic }) => !existing.has(topic));
    if (missing.length > 0) await admin.createTopics({ topics: missing, waitForLeaders: true });
  } catch (error) {
    log.warn({ err: error }, 'missing topics could not be created');
  } finally {
    await admin.disconnect();
  }
}

function withDeadLetters(topic: string): ITopicConfig[] {
  const configEntries = [{ name: 'max.message.bytes', value: String(DEAD_LETTER_MAX_BYTES) }];
  return [{ topic }, { topic: `${topic}.dlq`, configEntries }];
}
