import type { Consumer, Kafka } from 'kafkajs';
import { withFetchWait } from './kafka-fetch-wait';
import type { Logger } from '../../observability/log';
import { createAssigner } from './partition-assigner';
import type { Partition } from './source';

/** The shortest that a broker accepts by default: after it a dead worker's partitions are taken over. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 1_500;
const REBALANCE_TIMEOUT_MS = 10_000;
/** New partitions are found within this time. */
const METADATA_MAX_AGE_MS = 15_000;
/** What one fetch brings of one partition; about nine thousand registrations, which are two transactions. */
const BYTES_PER_PARTITION = 2 * 1024 * 1024;
/**
 * While messages come in the broker gathers so much, or so long, before it answers a fetch. Answering as soon as there is
 * anything makes a transaction of every few dozen registrations: at 2,000 a second that cost the worker more than twice
 * the processor time, which is worth more than the 20 ms that a message waits on average.
 */
const GATHERING = { minBytes: 64 * 1024, maxWaitTime: 40 };
/**
 * While none come in it answers with the first one, or after this time. Other requests on the same connection wait as
 * long: a heartbeat, and a worker's leaving of its group.
 */
const IDLE_MS = 500;

export interface ConsumerOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  /** Whether nothing is paused that may be resumed at any moment; brokers are to answer soon otherwise. */
  readonly asksForAll: () => boolean;
  readonly log: Logger;
}

/** A consumer that resolves and commits nothing by itself, and is not started again by itself. */
export function createConsumer({ kafka, groupId, asksForAll, log }: ConsumerOptions): Consumer {
  return withFetchWait(kafka, { gathering: GATHERING, idleMs: IDLE_MS, asksForAll }).consumer({
    groupId,
    partitionAssigners: [createAssigner(log)],
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    maxBytesPerPartition: BYTES_PER_PARTITION,
    // With nothing to fetch at all, KafkaJS looks again after this time.
    maxWaitTimeInMs: GATHERING.maxWaitTime,
    allowAutoTopicCreation: false,
    // The source makes the next consumer, whatever ended this one.
    retry: { retries: 5, restartOnFailure: () => Promise.resolve(false) },
  });
}

export function pause(consumer: Consumer, { topic, partition }: Partition): void {
  consumer.pause([{ topic, partitions: [partition] }]);
}

export function resume(consumer: Consumer, { topic, partition }: Partition): void {
  consumer.resume([{ topic, partitions: [partition] }]);
}

/** @param topics partitions by topic, as KafkaJS gives them */
export function pauseAll(consumer: Consumer, topics: Readonly<Record<string, readonly number[]>>): void {
  consumer.pause(
    Object.entries(topics).map(([topic, partitions]) => ({ topic, partitions: [...partitions] })),
  );
}
