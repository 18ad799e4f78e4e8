import type { Kafka } from 'kafkajs';
import { clusterMaker, hasMethods } from './kafka-cluster';

export interface FetchWaitOptions {
  /** The options `minBytes` and `maxWaitTimeInMs` of the consumer, used while messages come in. */
  readonly gathering: FetchWait;
  /** How long a broker keeps a fetch while nothing comes in, in milliseconds. It answers with the first message. */
  readonly idleMs: number;
  /**
   * Whether a fetch asks for all that there is to be read. A partition that is taken up while one is kept by the broker
   * is not asked for until that has been answered.
   */
  readonly asksForAll: () => boolean;
}

/** How many bytes a broker waits for before it answers a fetch, and how many milliseconds at most. */
export interface FetchWait {
  readonly minBytes: number;
  readonly maxWaitTime: number;
}

/**
 * Fetches by the consumers of the client that is returned are gathered while messages come in, and wait for the first one
 * while none do: then there are two a second instead of twenty-five, each of which costs 2 ms of processor time.
 *
 * KafkaJS fixes both when a consumer is made. So this puts itself between a consumer and its brokers (kafka-cluster.ts).
 */
export function withFetchWait(kafka: Kafka, options: FetchWaitOptions): Kafka {
  const { symbol, make } = clusterMaker(kafka);
  const makeAdjusted: typeof make = (clusterOptions) => adjusted(make(clusterOptions), options);
  return Object.create(kafka, { [symbol]: { value: makeAdjusted } }) as Kafka;
}

interface Cluster {
  findBroker(which: { nodeId: string }): Promise<unknown>;
}

interface Broker {
  fetch(request: object): Promise<{ readonly responses: readonly FetchedTopic[] }>;
}

interface FetchedTopic {
  readonly partitions: readonly { readonly messages: readonly unknown[] }[];
}

function adjusted(cluster: unknown, options: FetchWaitOptions): Cluster {
  if (!hasMethods<Cluster>(cluster, ['findBroker'])) throw new Error(OTHER_VERSION);
  const find = cluster.findBroker.bind(cluster);
  const known = new WeakSet<Broker>();
  cluster.findBroker = async (which) => {
    const broker = await find(which);
    if (!hasMethods<Broker>(broker, ['fetch'])) throw new Error(OTHER_VERSION);
    if (!known.has(broker)) adjustFetches(broker, options);
    known.add(broker);
    return broker;
  };
  return cluster;
}

const OTHER_VERSION = 'The cluster of this KafkaJS has other methods than that of 2.2.4.';

function adjustFetches(broker: Broker, { gathering, idleMs, asksForAll }: FetchWaitOptions): void {
  const fetch = broker.fetch.bind(broker);
  let isBusy = false;
  broker.fetch = async (request) => {
    const wait = isBusy || !asksForAll() ? gathering : { minBytes: 1, maxWaitTime: idleMs };
    const fetched = await fetch({ ...request, ...wait });
    isBusy = fetched.responses.some(({ partitions }) =>
      partitions.some(({ messages }) => messages.length > 0),
    );
    return fetched;
  };
}
