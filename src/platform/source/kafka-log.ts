import { type Kafka, KafkaJSProtocolError } from 'kafkajs';
import Batch, { type FetchedPartition } from 'kafkajs/src/consumer/batch';
import { clusterMaker, hasMethods } from './kafka-cluster';

/** One message as the log holds it. */
export interface LogRecord {
  readonly offset: bigint;
  /** Milliseconds since 1970; undefined where the record has none. */
  readonly timestamp: bigint | undefined;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A stretch of a partition's log. */
export interface LogSlice {
  /** Committed messages in the order of their offsets, without control records. */
  readonly records: readonly LogRecord[];
  /** Where the stretch ends and the next one begins; the offset asked for when there is nothing behind it. */
  readonly nextOffset: bigint;
}

/** The bounds of what can be read of a partition: from `low` up to, not including, `end` (its last stable offset). */
export interface Watermarks {
  readonly low: bigint;
  readonly end: bigint;
}

/** Reads a log without a consumer group. Every call rejects when the broker does not answer within its time limit. */
export interface LogReader {
  /** By partition. @throws KafkaJSProtocolError UNKNOWN_TOPIC_OR_PARTITION when there is no such topic */
  watermarks(topic: string): Promise<ReadonlyMap<number, Watermarks>>;
  /**
   * What stands at the offset and behind it, as much as one fetch brings.
   *
   * @throws an error that isOutOfRange knows, when the log does not hold the offset
   */
  read(topic: string, partition: number, offset: bigint, maxBytes?: number): Promise<LogSlice>;
  close(): Promise<void>;
}

const READ_COMMITTED = 1;
/** The broker answers with one whole record batch at the least, however little is asked for. */
const BYTES_PER_READ = 1024 * 1024;
const MAX_WAIT_MS = 100;

/**
 * KafkaJS reads only within a consumer group, and joining one takes seconds; a single record has to be looked at before
 * a batch is applied. So this asks KafkaJS's own cluster (kafka-cluster.ts).
 */
export function createLogReader(kafka: Kafka): LogReader {
  let current = createCluster(kafka);

  /**
   * KafkaJS takes a connection whose first request was never answered for one that is ready, for as long as it is open:
   * a broker that froze at that moment would not be reached any more.
   */
  function replace(cluster: Cluster): void {
    if (cluster !== current) return;
    current = createCluster(kafka);
    cluster.disconnect().catch(() => undefined);
  }

  /** A topic that moved, grew or was made anew is found with new metadata. */
  async function ask<T>(topic: string, question: (cluster: Cluster) => Promise<T>): Promise<T> {
    try {
      return await askOnce(topic, question, false);
    } catch (error) {
      if (isOutOfRange(error)) throw error;
      return askOnce(topic, question, true);
    }
  }

  async function askOnce<T>(
    topic: string,
    question: (cluster: Cluster) => Promise<T>,
    isAgain: boolean,
  ): Promise<T> {
    const cluster = current;
    try {
      await cluster.connect();
      if (isAgain) await cluster.refreshMetadata();
      else await cluster.addTargetTopic(topic);
      return await question(cluster);
    } catch (error) {
      if (protocolErrorOf(error) === undefined) replace(cluster);
      throw error;
    }
  }

  return {
    read: (topic, partition, offset, maxBytes = BYTES_PER_READ) =>
      ask(topic, (cluster) => fetch(cluster, { topic, partition, offset, maxBytes })),
    watermarks: (topic) =>
      ask(topic, async (cluster) => {
        const [low, end] = await Promise.all([
          offsetsOf(cluster, topic, true),
          offsetsOf(cluster, topic, false),
        ]);
        return new Map(
          [...end].map(([partition, last]) => [partition, { low: low.get(partition) ?? last, end: last }]),
        );
      }),
    close: () => current.disconnect(),
  };
}

async function leaderOf(cluster: Cluster, topic: string, partition: number): Promise<FetchingBroker> {
  await cluster.addTargetTopic(topic);
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (nodeId === undefined) throw new Error(`Nobody leads ${topic}/${partition} at the moment.`);
  return cluster.findBroker({ nodeId });
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly maxBytes: number;
}

async function fetch(cluster: Cluster, { topic, partition, offset, maxBytes }: Place): Promise<LogSlice> {
  const broker = await leaderOf(cluster, topic, partition);
  const partitions = [{ partition, fetchOffset: offset.toString(), maxBytes }];
  const { responses } = await broker.fetch({
    isolationLevel: READ_COMMITTED,
    maxWaitTime: MAX_WAIT_MS,
    minBytes: 1,
    maxBytes,
    topics: [{ topic, partitions }],
  });
  const [fetched] = responses.flatMap((response) => response.partitions);
  return fetched === undefined ? { records: [], nextOffset: offset } : toSlice(topic, offset, fetched);
}

async function offsetsOf(
  cluster: Cluster,
  topic: string,
  fromBeginning: boolean,
): Promise<ReadonlyMap<number, bigint>> {
  const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => ({
    partition: partitionId,
  }));
  const [found] = await cluster.fetchTopicsOffset([{ topic, fromBeginning, partitions }]);
  return new Map(found?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

/** What the broker said, by the name that Kafka's protocol gives it; undefined when it did not speak. */
export function protocolErrorOf(error: unknown): string | undefined {
  for (let next = error; next instanceof Error; next = next.cause)
    if (next instanceof KafkaJSProtocolError) return next.type;
  return undefined;
}

/** Whether the log does not hold the offset that was asked for. */
export function isOutOfRange(error: unknown): boolean {
  return error instanceof KafkaJSProtocolError && error.type === 'OFFSET_OUT_OF_RANGE';
}

function toSlice(topic: string, offset: bigint, fetched: FetchedPartition): LogSlice {
  const batch = new Batch(topic, offset.toString(), fetched);
  return {
    records: batch.messages.map((message) => ({
      offset: BigInt(message.offset),
      timestamp: toTimestamp(message.timestamp),
      key: message.key,
      value: message.value,
      headers: message.headers,
    })),
    nextOffset: batch.rawMessages.length === 0 ? offset : BigInt(batch.lastOffset()) + 1n,
  };
}

/** Milliseconds since 1970 from KafkaJS's text; a record without a timestamp has -1. */
export function toTimestamp(text: string): bigint | undefined {
  const timestamp = BigInt(text);
  return timestamp < 0n ? undefined : timestamp;
}

interface FetchingBroker {
  fetch(request: {
    isolationLevel: number;
    maxWaitTime: number;
    minBytes: number;
    maxBytes: number;
    topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
  }): Promise<{ responses: { topicName: string; partitions: FetchedPartition[] }[] }>;
}

interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findTopicPartitionMetadata(topic: string): { partitionId: number }[];
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findBroker(which: { nodeId: string }): Promise<FetchingBroker>;
  fetchTopicsOffset(
    topics: { topic: string; fromBeginning: boolean; partitions: { partition: number }[] }[],
  ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
}

const CLUSTER_METHODS: readonly (keyof Cluster)[] = [
  'connect',
  'disconnect',
  'addTargetTopic',
  'refreshMetadata',
  'findTopicPartitionMetadata',
  'findLeaderForPartitions',
  'findBroker',
  'fetchTopicsOffset',
];

function createCluster(kafka: Kafka): Cluster {
  const cluster = clusterMaker(kafka).make({
    allowAutoTopicCreation: false,
    isolationLevel: READ_COMMITTED,
    metadataMaxAge: 60_000,
  });
  if (!hasMethods<Cluster>(cluster, CLUSTER_METHODS))
    throw new Error('The cluster of this KafkaJS has other methods than that of 2.2.4.');
  return cluster;
}
