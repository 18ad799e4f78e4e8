import {
  type Admin,
  type CompressionTypes,
  type ITopicConfig,
  type Kafka,
  type Message,
  Partitioners,
} from 'kafkajs';
import { quietKafka } from './servers/kafka';
import { waitFor } from './wait-for';

/** A producer and a reader of topics, for tests that act as upstream. */
export interface TestTopics {
  readonly kafka: Kafka;
  /** A topic's whole name. */
  nameOf(topic: string): string;
  /** Sends values: objects as JSON, text and bytes unchanged. */
  send(topic: string, values: readonly unknown[], options?: SendOptions): Promise<void>;
  /** Waits until the topic has so many messages that fulfil the condition, and returns them, headers as text. */
  read(topic: string, count: number, holds?: (message: ReadMessage) => boolean): Promise<ReadMessage[]>;
  close(): Promise<void>;
}

export interface SendOptions {
  readonly key?: string;
  readonly headers?: NonNullable<Message['headers']>;
  readonly compression?: CompressionTypes;
}

export interface ReadMessage {
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Creates topics, and waits until each of their partitions has a leader. KafkaJS can wait by itself, but fails where the
 * broker answers once that it does not know a topic yet.
 *
 * @returns false when they are there already, or still: one that was deleted stays for a while
 */
export async function createTopics(admin: Admin, topics: readonly ITopicConfig[]): Promise<boolean> {
  if (!(await admin.createTopics({ topics: [...topics], waitForLeaders: false }))) return false;
  const names = topics.map(({ topic }) => topic);
  await waitFor(
    async () => {
      const metadata = await admin.fetchTopicMetadata({ topics: names });
      return metadata.topics.every(
        ({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0),
      );
    },
    { what: `leaders of ${names.join(', ')}`, timeoutMs: 20_000 },
  );
  return true;
}

/** @param prefix put before every topic's name, as the service does */
export async function openTopics(brokers: readonly string[], prefix: string): Promise<TestTopics> {
  const kafka = quietKafka(brokers);
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  return {
    kafka,
    nameOf: (topic) => prefix + topic,
    async send(topic, values, { key, headers, compression } = {}) {
      const messages: Message[] = values.map((value) => ({
        ...{ key: key ?? null, value: toBytes(value) },
        ...(headers !== undefined && { headers }),
      }));
      await producer.send({
        topic: prefix + topic,
        messages,
        ...(compression !== undefined && { compression }),
      });
    },
    read: (topic, count, holds = () => true) => readAll(kafka, prefix + topic, count, holds),
    close: () => producer.disconnect(),
  };
}

function toBytes(value: unknown): Buffer | string | null {
  if (value === null || typeof value === 'string' || Buffer.isBuffer(value)) return value;
  return JSON.stringify(value);
}

async function readAll(
  kafka: Kafka,
  topic: string,
  count: number,
  holds: (message: ReadMessage) => boolean,
): Promise<ReadMessage[]> {
  const consumer = kafka.consumer({
    groupId: `reader-${topic}-${Date.now()}`,
    maxBytesPerPartition: 32 * 1024 * 1024,
  });
  const messages: ReadMessage[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message: { value, headers = {} } }) => {
        const text = Object.entries(headers).map(([name, header]) => [name, String(header)] as const);
        const read = { value, headers: Object.fromEntries(text) };
        if (holds(read)) messages.push(read);
        return Promise.resolve();
      },
    });
    await waitFor(() => messages.length >= count, {
      what: `${count} messages on ${topic}`,
      timeoutMs: 20_000,
    });
  } finally {
    await consumer.disconnect();
  }
  return messages;
}
