import {
  type Kafka,
  KafkaJSConnectionError,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
} from 'kafkajs';
import Batch, { type FetchedPartition } from 'kafkajs/src/consumer/batch';
import {
  type Cluster,
  type FetchingBroker,
  type FetchRequest,
  openCluster,
  READ_COMMITTED,
} from './kafka-cluster';

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
  /** Where what can be read ends, by topic and partition: one question for all of them. A topic that is not there has none. */
  ends(topics: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<number, bigint>>>;
  /**
   * What stands at the offset and behind it, as much as one fetch brings.
   *
   * @throws an error that isOutOfRange knows, when the log does not hold the offset
   */
  read(topic: string, partition: number, offset: bigint, maxBytes?: number): Promise<LogSlice>;
  close(): Promise<void>;
}

/** The broker answers with one whole record batch at the least, however little is asked for. */
const BYTES_PER_READ = 1024 * 1024;
const MAX_WAIT_MS = 100;

/** KafkaJS's connections, and how many questions are being asked over them. */
interface AskedCluster {
  readonly cluster: Cluster;
  questions: number;
  isRetired: boolean;
}

/**
 * KafkaJS reads only within a consumer group, and joining one takes seconds; a single record has to be looked at before
 * a batch is applied. So this asks KafkaJS's own cluster (kafka-cluster.ts).
 */
export function createLogReader(kafka: Kafka): LogReader {
  const open = (): AskedCluster => ({ cluster: openCluster(kafka), questions: 0, isRetired: false });
  let current = open();
  let isClosed = false;

  /** A question that is being asked may connect anew for its next step: the last one disconnects again. */
  function retire(asked: AskedCluster): Promise<void> {
    asked.isRetired = true;
    return asked.cluster.disconnect();
  }

  /**
   * KafkaJS takes a connection whose first request was never answered for one that is ready, for as long as it is open:
   * a broker that froze at that moment would not be reached any more.
   */
  function replace(asked: AskedCluster): void {
    if (isClosed || asked !== current) return;
    current = open();
    retire(asked).catch(() => undefined);
  }

  /** A topic that moved, grew or was made anew is found with new metadata. */
  async function ask<T>(topics: readonly string[], question: (cluster: Cluster) => Promise<T>): Promise<T> {
    try {
      return await askOnce(topics, question, false);
    } catch (error) {
      if (isClosed || isOutOfRange(error)) throw error;
      return askOnce(topics, question, true);
    }
  }

  async function askOnce<T>(
    topics: readonly string[],
    question: (cluster: Cluster) => Promise<T>,
    isAgain: boolean,
  ): Promise<T> {
    const asked = current;
    const { cluster } = asked;
    asked.questions += 1;
    try {
      await cluster.connect();
      if (isAgain) await cluster.refreshMetadata();
      else for (const topic of topics) await cluster.addTargetTopic(topic);
      return await question(cluster);
    } catch (error) {
      if (protocolErrorOf(error) === undefined && !(error instanceof NoLeader)) replace(asked);
      throw error;
    } finally {
      asked.questions -= 1;
      // Not awaited: KafkaJS waits for all that is still unanswered, and the next attempt must not.
      if (asked.isRetired && asked.questions === 0) cluster.disconnect().catch(() => undefined);
    }
  }

  return {
    read: (topic, partition, offset, maxBytes = BYTES_PER_READ) =>
      ask([topic], (cluster) => fetch(cluster, { topic, partition, offset, maxBytes })),
    watermarks: (topic) =>
      ask([topic], async (cluster) => {
        // One after the other: what were still asked when the question is over could connect anew, and stay connected.
        const low = await offsetsOf(cluster, topic, true);
        const end = await offsetsOf(cluster, topic, false);
        return new Map(
          [...end].map(([partition, last]) => [partition, { low: low.get(partition) ?? last, end: last }]),
        );
      }),
    ends: (topics) => ask(topics, (cluster) => offsetsOfAll(cluster, topics, false)),
    close() {
      isClosed = true;
      return retire(current);
    },
  };
}

/** Its partition is not there, or not yet: the connections are as good as before. */
class NoLeader extends Error {
  override readonly name = 'NoLeader';
}

async function leaderOf(cluster: Cluster, topic: string, partition: number): Promise<FetchingBroker> {
  await cluster.addTargetTopic(topic);
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (nodeId === undefined) throw new NoLeader(`${topic}/${partition} has no leader at the moment.`);
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
  const { responses } = await fetchInLine(broker, {
    isolationLevel: READ_COMMITTED,
    maxWaitTime: MAX_WAIT_MS,
    minBytes: 1,
    maxBytes,
    topics: [{ topic, partitions }],
  });
  const [fetched] = responses.flatMap((response) => response.partitions);
  return fetched === undefined ? { records: [], nextOffset: offset } : toSlice(topic, offset, fetched);
}

/** The end of the line of fetches at each broker. */
const lines = new WeakMap<FetchingBroker, Promise<void>>();

/**
 * While KafkaJS connects for a broker's first fetch, each further one opens a connection too, of which only the last is
 * ever closed. One after the other costs a round trip for each: a broker answers what comes over one connection in that
 * order anyway. When the broker does not answer one, those behind it fail with it instead of waiting as long again.
 */
function fetchInLine(broker: FetchingBroker, request: FetchRequest): ReturnType<FetchingBroker['fetch']> {
  const before = lines.get(broker) ?? Promise.resolve();
  const fetching = before.then(() => broker.fetch(request));
  const line = fetching.then(
    () => undefined,
    (error: unknown) => {
      if (isUnanswered(error)) throw error;
    },
  );
  lines.set(broker, line);
  line.catch(() => lines.get(broker) === line && lines.delete(broker));
  return fetching;
}

/** Whether the broker did not answer. Any other error, of what was asked or of what came, says nothing of the next fetch. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof KafkaJSRequestTimeoutError || error instanceof KafkaJSConnectionError;

async function offsetsOf(
  cluster: Cluster,
  topic: string,
  fromBeginning: boolean,
): Promise<ReadonlyMap<number, bigint>> {
  return (await offsetsOfAll(cluster, [topic], fromBeginning)).get(topic) ?? new Map();
}

async function offsetsOfAll(
  cluster: Cluster,
  topics: readonly string[],
  fromBeginning: boolean,
): Promise<ReadonlyMap<string, ReadonlyMap<number, bigint>>> {
  const asked = topics.map((topic) => ({
    topic,
    fromBeginning,
    partitions: cluster
      .findTopicPartitionMetadata(topic)
      .map(({ partitionId }) => ({ partition: partitionId })),
  }));
  const found = await cluster.fetchTopicsOffset(asked);
  return new Map(
    found.map(({ topic, partitions }) => [
      topic,
      new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)])),
    ]),
  );
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
