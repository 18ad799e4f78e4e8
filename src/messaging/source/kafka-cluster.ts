import type { Kafka } from 'kafkajs';
import type { FetchedPartition } from 'kafkajs/src/consumer/batch';

export const READ_COMMITTED = 1;

/** A cluster is KafkaJS's way to the brokers: consumers, producers and admin clients have one each. */
export type MakeCluster = (options: object) => unknown;

/**
 * What KafkaJS makes its clusters with. It is no public interface: the version is pinned, and its users check the
 * result first.
 *
 * @throws when this KafkaJS is built in another way than 2.2.4
 */
export function clusterMaker(kafka: Kafka): { readonly symbol: symbol; readonly make: MakeCluster } {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create: unknown = symbol && Reflect.get(kafka, symbol);
  if (symbol === undefined || typeof create !== 'function')
    throw new Error('This KafkaJS makes its cluster in another way than 2.2.4.');
  return { symbol, make: (options) => Reflect.apply(create, kafka, [options]) as unknown };
}

/** Whether the value has all of these methods. */
export function hasMethods<Target>(
  value: unknown,
  names: readonly (keyof Target & string)[],
): value is Target {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

export interface FetchRequest {
  readonly isolationLevel: number;
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly fetchOffset: string;
      readonly maxBytes: number;
    }[];
  }[];
}

/** What reads a partition's log. */
export interface FetchingBroker {
  fetch(
    request: FetchRequest,
  ): Promise<{ responses: { topicName: string; partitions: FetchedPartition[] }[] }>;
}

/** Connections to all brokers, and what is known of their topics. */
export interface Cluster {
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

/** A cluster that only reads what is committed, and makes no topics. */
export function openCluster(kafka: Kafka): Cluster {
  const cluster = clusterMaker(kafka).make({
    allowAutoTopicCreation: false,
    isolationLevel: READ_COMMITTED,
    metadataMaxAge: 60_000,
  });
  if (!hasMethods<Cluster>(cluster, CLUSTER_METHODS))
    throw new Error('The cluster of this KafkaJS has other methods than that of 2.2.4.');
  return cluster;
}
