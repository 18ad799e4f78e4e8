import {
  type Consumer,
  type EachBatchPayload,
  type Kafka,
  KafkaJSProtocolError,
  type Producer,
} from 'kafkajs';
import type { Logger } from '../log';
import type { BatchHandler, MessageSource, RejectedMessage, SourceBatch, SourceStatus } from './source';
import { ensureTopics } from './kafka-topics';

export interface KafkaSourceOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Put before every topic's name. */
  readonly topicPrefix: string;
  readonly log: Logger;
  /** KafkaJS gave up for good: the process had better end and be started anew. */
  readonly onFatal: (error: Error) => void;
}

/** Long enough to sit out a slow transaction, short enough that a dead worker's partitions are soon taken over. */
const SESSION_TIMEOUT_MS = 15_000;
/** What one fetch brings of one partition; about ten thousand registrations. */
const BYTES_PER_PARTITION = 4 * 1024 * 1024;

/**
 * A KafkaJS consumer group, and the producer of its dead letters.
 *
 * The database decides where reading goes on (see workers/offsets.ts). Kafka's committed offset follows it and only
 * saves a new worker the way; so KafkaJS resolves nothing by itself here, and a commit that fails is no loss.
 */
export function createKafkaSource(options: KafkaSourceOptions): MessageSource {
  const { kafka, log, topicPrefix } = options;
  const topics = options.topics.map((topic) => topicPrefix + topic);
  const consumer = kafka.consumer({
    groupId: options.groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: 3_000,
    maxBytesPerPartition: BYTES_PER_PARTITION,
    maxWaitTimeInMs: 500,
    allowAutoTopicCreation: false,
  });
  const deadLetters = kafka.producer({ allowAutoTopicCreation: false });
  const checked = new Set<string>();
  let status: SourceStatus = 'idle';

  consumer.on(consumer.events.GROUP_JOIN, () => {
    checked.clear();
    if (status === 'starting') status = 'running';
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    log.error({ err: payload.error, restart: payload.restart }, 'the Kafka consumer crashed');
    if (payload.restart) return;
    status = 'failed';
    options.onFatal(new Error('The Kafka consumer ended for good.', { cause: payload.error }));
  });

  async function consume(payload: EachBatchPayload, handler: BatchHandler): Promise<void> {
    const { batch } = payload;
    if (batch.isEmpty() || payload.isStale() || !payload.isRunning()) return;
    const partition = { topic: batch.topic, partition: batch.partition };
    const name = `${batch.topic}/${batch.partition}`;
    const result = await handler(toSourceBatch(payload, topicPrefix, !checked.has(name), deadLetters)).catch(
      unlessLost,
    );
    if (result === undefined) return;
    checked.add(name);
    if (result.kind === 'rewind') {
      log.warn({ ...partition, offset: result.offset }, 'Kafka is ahead of the database: going back');
      consumer.seek({ ...partition, offset: result.offset.toString() });
      return;
    }
    payload.resolveOffset(batch.lastOffset());
    await commit(consumer, { ...partition, offset: (BigInt(batch.lastOffset()) + 1n).toString() }, log);
  }

  return {
    async start(handler) {
      status = 'starting';
      await ensureTopics(kafka, topics, log);
      await deadLetters.connect();
      await consumer.connect();
      await consumer.subscribe({ topics, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 3,
        eachBatch: (payload) => consume(payload, handler),
      });
    },
    async stop() {
      status = 'stopped';
      await consumer.disconnect();
      await deadLetters.disconnect();
    },
    get status() {
      return status;
    },
  };
}

/** Somebody else works on the partition now, or soon will: what we have of it is theirs. */
class PartitionLost extends Error {
  constructor(topic: string, partition: number) {
    super(`${topic}/${partition} is no longer ours.`);
  }
}

function unlessLost(error: unknown): undefined {
  if (!(error instanceof PartitionLost)) throw error;
}

function toSourceBatch(
  payload: EachBatchPayload,
  topicPrefix: string,
  isFirst: boolean,
  deadLetters: Producer,
): SourceBatch {
  const { batch } = payload;
  return {
    topic: batch.topic.slice(topicPrefix.length),
    position: {
      topic: batch.topic,
      partition: batch.partition,
      nextOffset: BigInt(batch.lastOffset()) + 1n,
      highWatermark: BigInt(batch.highWatermark),
      isFirst,
    },
    messages: batch.messages.map(({ offset, key, value }) => ({ offset: BigInt(offset), key, value })),
    setAside: (rejected) => sendDeadLetters(deadLetters, batch.topic, batch.partition, rejected),
    keepAlive: async () => {
      if (!payload.isRunning() || payload.isStale()) throw new PartitionLost(batch.topic, batch.partition);
      await payload.heartbeat();
    },
  };
}

/** The message as it came, and beside it why and from where. One too large even for that keeps its key and place. */
async function sendDeadLetters(
  producer: Producer,
  topic: string,
  partition: number,
  rejected: readonly RejectedMessage[],
): Promise<void> {
  for (const { message, reason } of rejected) {
    const headers = {
      'x-error': reason,
      'x-original-topic': topic,
      'x-original-partition': String(partition),
      'x-original-offset': message.offset.toString(),
    };
    const letter = { key: message.key, value: message.value, headers };
    try {
      await producer.send({ topic: `${topic}.dlq`, messages: [letter] });
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      const cut = {
        ...letter,
        value: null,
        headers: { ...headers, 'x-error': `${reason} (too large to be kept here)` },
      };
      await producer.send({ topic: `${topic}.dlq`, messages: [cut] });
    }
  }
}

function isTooLarge(error: unknown): boolean {
  if (error instanceof KafkaJSProtocolError) return error.type === 'MESSAGE_TOO_LARGE';
  return error instanceof Error && error.cause !== undefined && isTooLarge(error.cause);
}

async function commit(
  consumer: Consumer,
  offset: { topic: string; partition: number; offset: string },
  log: Logger,
): Promise<void> {
  try {
    await consumer.commitOffsets([offset]);
  } catch (error) {
    log.debug({ err: error, ...offset }, 'Kafka did not take the offset; the database has it');
  }
}
