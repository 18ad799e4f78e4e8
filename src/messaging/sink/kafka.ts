import { type Kafka, Partitioners, type TopicMessages } from 'kafkajs';
import type { Logger } from '../../observability/log';
import { ensureTopics } from '../source/kafka-topics';
import { byTopic, inPortions, type MessageSink, type OutgoingMessage, SinkFailure } from './sink';

export interface KafkaSinkOptions {
  readonly kafka: Kafka;
  readonly topics: readonly string[];
  /** Put before every topic's name. */
  readonly topicPrefix: string;
  readonly log: Logger;
}

/**
 * Puts messages onto Kafka's topics, which are created where they are missing: no worker may have run yet.
 *
 * @throws SinkFailure when no broker can be reached
 */
export async function openKafkaSink({
  kafka,
  topics,
  topicPrefix,
  log,
}: KafkaSinkOptions): Promise<MessageSink> {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    // As Java's clients do, so that a key goes to the partition to which upstream sends it.
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  try {
    await ensureTopics(
      kafka,
      topics.map((topic) => topicPrefix + topic),
      log,
    );
    await producer.connect();
  } catch (cause) {
    throw new SinkFailure('None of the brokers that KAFKA_BROKERS names can be reached.', { cause });
  }

  return {
    async send(messages) {
      for (const portion of inPortions(messages)) {
        await producer
          .sendBatch({ topicMessages: toTopicMessages(portion, topicPrefix) })
          .catch((cause: unknown) => {
            throw new SinkFailure('Kafka did not take the messages.', { cause });
          });
      }
      return { sent: messages.length, repeated: undefined };
    },
    close: () => producer.disconnect(),
  };
}

function toTopicMessages(messages: readonly OutgoingMessage[], topicPrefix: string): TopicMessages[] {
  return [...byTopic(messages)].map(([topic, ofTopic]) => ({
    topic: topicPrefix + topic,
    messages: ofTopic.map(({ key, value }) => ({ key, value: JSON.stringify(value) })),
  }));
}
