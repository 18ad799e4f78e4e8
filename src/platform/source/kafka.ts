import { setTimeout as sleep } from 'node:timers/promises';
import { type EachBatchPayload, type Kafka, type Producer } from 'kafkajs';
import type { Logger } from '../log';
import type { BatchHandler, MessageSource, SourceBatch, SourceStatus } from './source';
import { createFetchWatch } from './fetch-watch';
import { createOffsetCommits } from './kafka-commits';
import { sendDeadLetters } from './kafka-dead-letters';
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
 * The broker gathers so much, or so long, before it answers a fetch. Answering as soon as there is anything makes a
 * transaction of every few dozen registrations: at 2,000 a second that cost the worker more than twice the processor
 * time, which is worth more than the 20 ms that a message waits on average.
 */
const GATHER_BYTES = 64 * 1024;
const GATHER_MS = 40;
/**
 * While one partition's batch waits for the database, the next one's is parsed. All that a fetch brings of a topic goes on
 * side by side: the next fetch waits for the last of it.
 */
const PARTITIONS_AT_ONCE = 4;
const LONGEST_SILENCE_MS = 60_000;
/** Between two attempts to begin. */
const PAUSE_MS = 2_000;

/**
 * A KafkaJS consumer group, and the producer of its dead letters.
 *
 * The database decides where reading goes on (see workers/offsets.ts). Kafka's committed offset follows it and only
 * saves a new worker the way; so KafkaJS resolves nothing by itself here, and commits may lag and fail.
 */
export function createKafkaSource(options: KafkaSourceOptions): MessageSource {
  const { kafka, log, topicPrefix } = options;
  const topics = options.topics.map((topic) => topicPrefix + topic);
  const consumer = kafka.consumer({
    groupId: options.groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: 3_000,
    maxBytesPerPartition: BYTES_PER_PARTITION,
    minBytes: GATHER_BYTES,
    maxWaitTimeInMs: GATHER_MS,
    allowAutoTopicCreation: false,
  });
  const deadLetters = kafka.producer({ allowAutoTopicCreation: false });
  const commits = createOffsetCommits(consumer, log);
  const checked = new Set<string>();
  const stopping = new AbortController();
  let beginning: Promise<void> | undefined;
  let inHand = 0;
  let onAssigned: () => void = () => undefined;
  let status: SourceStatus = 'idle';

  function fail(error: Error): void {
    if (stopping.signal.aborted || status === 'failed') return;
    status = 'failed';
    watch.stop();
    options.onFatal(error);
  }

  const watch = createFetchWatch({
    silenceMs: LONGEST_SILENCE_MS,
    isBusy: () => status !== 'running' || inHand > 0,
    onSilence: () => fail(new Error('KafkaJS has stopped fetching without a word.')),
  });
  consumer.on(consumer.events.FETCH, () => watch.fetched());
  consumer.on(consumer.events.GROUP_JOIN, () => {
    checked.clear();
    commits.forget();
    onAssigned();
    watch.start();
    if (status === 'starting') status = 'running';
  });
  // KafkaJS restarts by itself after what may pass; what it takes for a mistake of ours ends it.
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    log.error({ err: payload.error, restart: payload.restart }, 'the Kafka consumer crashed');
    if (!payload.restart) fail(new Error('The Kafka consumer ended for good.', { cause: payload.error }));
    else if (!stopping.signal.aborted) status = 'starting';
  });

  async function consume(payload: EachBatchPayload, handler: BatchHandler): Promise<void> {
    const { batch } = payload;
    if (batch.isEmpty() || payload.isStale() || !payload.isRunning()) return;
    const partition = { topic: batch.topic, partition: batch.partition };
    const name = `${batch.topic}/${batch.partition}`;
    inHand += 1;
    const follow = commits.follower();
    const result = await handler(toSourceBatch(payload, topicPrefix, !checked.has(name), deadLetters))
      .catch(unlessLost)
      .finally(() => (inHand -= 1));
    if (result === undefined) return;
    checked.add(name);
    if (result.kind === 'rewind') {
      log.warn({ ...partition, offset: result.offset }, 'Kafka is ahead of the database: going back');
      consumer.seek({ ...partition, offset: result.offset.toString() });
      return;
    }
    payload.resolveOffset(batch.lastOffset());
    follow({ ...partition, offset: (BigInt(batch.lastOffset()) + 1n).toString() });
  }

  async function begin(handler: BatchHandler): Promise<void> {
    await ensureTopics(kafka, topics, log);
    await deadLetters.connect();
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => consume(payload, handler),
    });
  }

  /** Tries until it works or nobody wants it any more. */
  async function beginWithPatience(handler: BatchHandler): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        return await begin(handler);
      } catch (error) {
        log.warn({ err: error }, 'Kafka cannot be reached; trying again');
        await sleep(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  return {
    start(handler, whenAssigned) {
      status = 'starting';
      onAssigned = whenAssigned;
      beginning = beginWithPatience(handler);
      return Promise.resolve();
    },
    async stop() {
      status = 'stopped';
      stopping.abort();
      watch.stop();
      await beginning;
      await commits.flush();
      await consumer.disconnect();
      commits.stop();
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
    messages: batch.messages.map(({ offset, key, value, headers = {} }) => ({
      offset: BigInt(offset),
      key,
      value,
      headers,
    })),
    setAside: (rejected) => sendDeadLetters(deadLetters, batch.topic, batch.partition, rejected),
    keepAlive: async () => {
      if (!payload.isRunning() || payload.isStale()) throw new PartitionLost(batch.topic, batch.partition);
      await payload.heartbeat();
    },
  };
}
