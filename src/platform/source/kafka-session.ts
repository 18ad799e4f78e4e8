import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from '../log';
import { settlesWithin } from '../settles-within';
import { createFetchWatch } from './fetch-watch';
import { type FetchedBatch, readBatch, toSourceBatch } from './kafka-batch';
import { createOffsetCommits } from './kafka-commits';
import type { LogReader } from './kafka-log';
import { recognise } from './log-identity';
import type { OffsetFence } from './offset-fence';
import { Assignment, type OwnedPartition } from './owned-partition';
import { createPartitionWatch } from './partition-watch';
import type { BatchHandler, Partition } from './source';
import { createTakeover } from './takeover';

export interface KafkaSessionOptions {
  readonly kafka: Kafka;
  readonly reader: LogReader;
  readonly fence: OffsetFence;
  readonly groupId: string;
  /** As the broker knows them. */
  readonly topics: readonly string[];
  readonly topicPrefix: string;
  readonly handler: BatchHandler;
  readonly log: Logger;
  /** The group has dealt its partitions out. */
  readonly onJoined: () => void;
  /** The consumer has ended or hangs, and another one has to take its place. */
  readonly onOver: (error: Error) => void;
}

/** One KafkaJS consumer from joining to leaving. */
export interface KafkaSession {
  /** Joins and begins to read. @throws when the broker cannot be reached */
  begin(): Promise<void>;
  /** Lets what is in hand finish, commits offsets and leaves. May hang as long as the broker does. */
  stop(): Promise<void>;
  partitions(): readonly OwnedPartition[];
}

/** The shortest that a broker takes by default: a dead worker's partitions are taken over so soon. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 1_500;
const REBALANCE_TIMEOUT_MS = 10_000;
/** New partitions are found so soon. */
const METADATA_MAX_AGE_MS = 15_000;
/** What one fetch brings of one partition; about ten thousand registrations. */
const BYTES_PER_PARTITION = 4 * 1024 * 1024;
/**
 * The broker gathers so much, or so long, before it answers a fetch. Answering as soon as there is anything makes a
 * transaction of every few dozen registrations: at 2,000 a second that cost the worker more than twice the processor
 * time, which is worth more than the 20 ms that a message waits on average.
 */
const GATHER_BYTES = 64 * 1024;
const GATHER_MS = 40;
/** While one partition's batch waits for the database, the next one's is parsed. */
const PARTITIONS_AT_ONCE = 4;
/** KafkaJS fetches nothing of any partition before all batches of a fetch are done; one that takes longer steps aside. */
const STEP_ASIDE_MS = 250;
/** After a pause so long the log may have become another one: the last record is looked at before more is applied. */
const LOOK_AGAIN_AFTER_MS = 250;
const LONGEST_SILENCE_MS = 20_000;

/**
 * Reads the partitions that the group gives to this process.
 *
 * The database decides where reading goes on. A partition is paused until its log has been held against the stored
 * offset, then sought to it; Kafka's committed offset only follows. A batch that cannot be applied at once steps aside:
 * its partition is paused while others are read on, and resumed behind it.
 */
export function createKafkaSession(options: KafkaSessionOptions): KafkaSession {
  const { reader, fence, log, topicPrefix, handler } = options;
  const consumer = options.kafka.consumer({
    groupId: options.groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: REBALANCE_TIMEOUT_MS,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    maxBytesPerPartition: BYTES_PER_PARTITION,
    minBytes: GATHER_BYTES,
    maxWaitTimeInMs: GATHER_MS,
    allowAutoTopicCreation: false,
    // Whoever made this session makes the next one, whatever ended this.
    retry: { retries: 5, restartOnFailure: () => Promise.resolve(false) },
  });
  const commits = createOffsetCommits(consumer, log);
  const assignment = new Assignment();
  const atWork = new Map<OwnedPartition, Promise<boolean>>();
  let isOver = false;

  const holds = (owned: OwnedPartition): boolean => !isOver && assignment.holds(owned);
  const takeover = createTakeover({ fence, reader, log, holds });
  const partitionWatch = createPartitionWatch({
    ...{ fence, reader, holds },
    all: () => assignment.all().filter(({ isRecognised }) => isRecognised),
    isIdle: (owned) => !atWork.has(owned),
    onWentBack(owned, what) {
      log.warn({ ...placeOf(owned), applied: owned.applied }, what);
      takeOver(owned);
    },
  });
  const fetchWatch = createFetchWatch({
    silenceMs: LONGEST_SILENCE_MS,
    onSilence: () => end(new Error(`KafkaJS has not fetched anything for ${LONGEST_SILENCE_MS} ms.`)),
  });

  function end(error: Error): void {
    if (isOver) return;
    isOver = true;
    fetchWatch.stop();
    partitionWatch.stop();
    commits.stop();
    options.onOver(error);
  }

  function takeOver(owned: OwnedPartition): void {
    owned.isRecognised = false;
    pause(consumer, owned);
    void takeover(owned).then((offset) => offset !== undefined && readFrom(owned, offset));
  }

  function readFrom(owned: OwnedPartition, offset: bigint): void {
    if (!holds(owned)) return;
    consumer.seek({ ...placeOf(owned), offset: offset.toString() });
    consumer.resume([{ topic: owned.topic, partitions: [owned.partition] }]);
  }

  /** Rows are read for all partitions together: there may be hundreds. */
  async function takeOverAll(all: readonly OwnedPartition[]): Promise<void> {
    const rows = await fence.read(all.map(placeOf)).catch(() => []);
    const waiting = [...all];
    const takeNext = async (): Promise<void> => {
      for (let owned = waiting.shift(); owned !== undefined; owned = waiting.shift()) {
        const { topic, partition } = owned;
        const row = rows.find((each) => each.topic === topic && each.partition === partition);
        const offset = await takeover(owned, row);
        if (offset !== undefined) readFrom(owned, offset);
      }
    };
    await Promise.all(Array.from({ length: PARTITIONS_AT_ONCE }, takeNext));
  }

  async function consume(payload: EachBatchPayload): Promise<void> {
    const owned = assignment.find(payload.batch);
    const batch = readBatch(payload.batch);
    if (batch === undefined || !owned?.isRecognised || payload.isStale() || !payload.isRunning()) return;
    const work = apply(owned, batch).finally(() => atWork.delete(owned));
    atWork.set(owned, work);
    if (await settlesWithin(STEP_ASIDE_MS, work)) {
      if (await work) payload.resolveOffset(payload.batch.lastOffset());
      return;
    }
    if (!holds(owned)) return;
    pause(consumer, owned);
    void work.then((isApplied) => isApplied && readFrom(owned, owned.readTo));
  }

  /** @returns whether reading goes on behind the batch; otherwise the partition is lost, or taken over anew */
  async function apply(owned: OwnedPartition, batch: FetchedBatch): Promise<boolean> {
    const follow = commits.follower();
    try {
      if (!(await isContinued(owned, batch))) return retake(owned);
      const keepAlive = (): Promise<void> =>
        holds(owned) ? Promise.resolve() : Promise.reject(new PartitionLost(owned));
      const result = await handler(toSourceBatch(owned, batch, topicPrefix, keepAlive));
      if (!holds(owned)) return false;
      if (result.kind === 'rewind') {
        log.warn(
          { ...placeOf(owned), storedOffset: result.offset },
          'the database has gone back: reading again',
        );
        return retake(owned);
      }
      owned.advance(batch.last, batch.nextOffset);
      follow({ ...placeOf(owned), offset: batch.nextOffset.toString() });
      // Somebody else has written the row; whether it was of this log has to be seen.
      return result.outcomes.some(({ kind }) => kind === 'skipped') ? retake(owned) : true;
    } catch (error) {
      if (!(error instanceof PartitionLost))
        log.debug({ err: error, ...placeOf(owned) }, 'a batch was given up');
      return retake(owned);
    }
  }

  function retake(owned: OwnedPartition): false {
    if (holds(owned)) takeOver(owned);
    return false;
  }

  /** Whether a batch follows what was read before, in the same log. */
  async function isContinued(owned: OwnedPartition, { from }: FetchedBatch): Promise<boolean> {
    // KafkaJS begins at the start of a log that does not hold the offset any more, without a word.
    if (from !== owned.readTo) return false;
    if (owned.record === undefined || performance.now() - owned.readAt < LOOK_AGAIN_AFTER_MS) return true;
    return (await recognise(reader, owned.stored)) === 'same';
  }

  consumer.on(consumer.events.FETCH, () => fetchWatch.heard());
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    if (isOver) return;
    fetchWatch.heard();
    commits.forget();
    const all = assignment.replace(payload.memberAssignment);
    for (const owned of all) pause(consumer, owned);
    void takeOverAll(all);
    options.onJoined();
  });
  consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
    if (payload.batchSize > 0) return;
    // Control records and aborted messages alone: nothing is applied, and nothing is left to be.
    const owned = assignment.find(payload);
    const nextOffset = BigInt(payload.lastOffset) + 1n;
    if (!owned?.isRecognised || nextOffset <= owned.readTo) return;
    owned.passOver(nextOffset);
    commits.follower()({ ...placeOf(owned), offset: nextOffset.toString() });
  });
  consumer.on(consumer.events.CRASH, ({ payload }) =>
    end(new Error('The Kafka consumer ended.', { cause: payload.error })),
  );

  return {
    async begin() {
      if (isOver) return;
      fetchWatch.start();
      await consumer.connect();
      await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: consume,
      });
      partitionWatch.start();
    },
    async stop() {
      isOver = true;
      fetchWatch.stop();
      partitionWatch.stop();
      await Promise.all(atWork.values());
      await commits.flush();
      await consumer.disconnect();
      commits.stop();
    },
    partitions: () => assignment.all(),
  };
}

/** Somebody else works on the partition now, or soon will: what we have of it is theirs. */
class PartitionLost extends Error {
  constructor({ topic, partition }: Partition) {
    super(`${topic}/${partition} is no longer ours.`);
  }
}

function pause(consumer: Consumer, { topic, partition }: Partition): void {
  consumer.pause([{ topic, partitions: [partition] }]);
}

const placeOf = ({ topic, partition }: Partition): Partition => ({ topic, partition });
