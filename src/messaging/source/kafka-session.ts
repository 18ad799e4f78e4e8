import type { EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from '../../observability/log';
import { settlesWithin } from '../../runtime/timeout';
import { type FetchedBatch, readBatch, toSourceBatch } from './kafka-batch';
import { createOffsetCommits } from './kafka-commits';
import { createConsumer, pause, pauseAll, resume } from './kafka-consumer';
import type { LogReader } from './kafka-log';
import { recognise } from './log-identity';
import type { OffsetFence } from './offset-fence';
import { Assignment, type OwnedPartition } from './owned-partition';
import { createPartitionWatch } from './partition-watch';
import type { BatchHandler, Partition } from './source';
import { createSilenceWatch, type SilenceWatch } from './silence-watch';
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
  /** The group has assigned its partitions. */
  readonly onJoined: () => void;
  /** The consumer has ended or hangs, and another one has to take its place. */
  readonly onOver: (error: Error) => void;
}

/** One KafkaJS consumer from joining to leaving. */
export interface KafkaSession {
  /** Joins and begins to read. @throws when the broker cannot be reached */
  begin(): Promise<void>;
  /** Lets current batches finish, commits offsets and leaves. May hang as long as the broker does. */
  stop(): Promise<void>;
  partitions(): readonly OwnedPartition[];
}

/** While one partition's batch waits for the database, the next one's is parsed. */
const PARTITIONS_AT_ONCE = 4;
/** KafkaJS fetches nothing of any partition before all batches of a fetch are done; one that takes longer steps aside. */
const STEP_ASIDE_MS = 750;
/** So long after a fetch the log may have become another one: the last record is looked at before more is applied. */
const LOOK_AGAIN_AFTER_MS = 1_000;
/** Partitions with a current batch, stepped aside or not. Each keeps megabytes, and wants a connection to the database. */
const MOST_IN_PROGRESS = 2 * PARTITIONS_AT_ONCE;
/**
 * KafkaJS can hang after a network drop, without an error and without crashing (tulios/kafkajs 1163, 1691): a fetch then never
 * returns. An idle consumer's fetch returns twice a second. And when the coordinator of the group hangs, it goes on asking that
 * one, five times and more slowly each time: the group has another one by then, and has given the partitions to others.
 * Members of a group that is joined anew are waited for ten seconds.
 */
const LONGEST_SILENCE_MS = 20_000;

/**
 * Reads the partitions that the group gives to this process.
 *
 * The database decides where reading goes on. A partition is paused until its log has been compared with the
 * stored offset, then sought to it; Kafka's committed offset only follows. A batch that cannot be applied at once steps aside:
 * its partition is paused while others are read on, and resumed behind it.
 */
export function createKafkaSession(options: KafkaSessionOptions): KafkaSession {
  const { reader, fence, log, topicPrefix, handler } = options;
  const consumer = createConsumer({ ...options, asksForAll: isReadingAll });
  const commits = createOffsetCommits(consumer, log);
  const assignment = new Assignment();
  const inProgress = new Map<OwnedPartition, Promise<boolean>>();
  /** Paused until another partition's batch is done. */
  const waiting = new Set<OwnedPartition>();
  /** The brokers that a fetch is under way to, and when one last failed, by performance.now(). */
  const fetching = new Set<number>();
  let failedAt = -Infinity;
  let began: Promise<void> = Promise.resolve();
  let isOver = false;

  const hasEnded = (): boolean => isOver;
  const holds = (owned: OwnedPartition): boolean => !isOver && assignment.holds(owned);
  const takeover = createTakeover({ fence, reader, log, holds });
  const partitionWatch = createPartitionWatch({
    ...{ fence, reader, holds },
    all: () => assignment.all().filter(({ isRecognised }) => isRecognised),
    isIdle: (owned) => !inProgress.has(owned),
    onWentBack(owned, what) {
      log.warn({ ...placeOf(owned), applied: owned.applied }, what);
      takeOver(owned);
    },
  });
  const endAfterSilence = (what: string): SilenceWatch =>
    createSilenceWatch({
      silenceMs: LONGEST_SILENCE_MS,
      onSilence: () => end(new Error(`${what} for ${LONGEST_SILENCE_MS} ms.`)),
    });
  const fetches = endAfterSilence('KafkaJS has not fetched anything');
  const heartbeats = endAfterSilence('The coordinator has answered no heartbeat');

  function isReadingAll(): boolean {
    return inProgress.size + waiting.size === 0 && assignment.all().every(({ isRecognised }) => isRecognised);
  }

  function end(error: Error): void {
    if (isOver) return;
    isOver = true;
    for (const watch of [fetches, heartbeats]) watch.stop();
    partitionWatch.stop();
    commits.stop();
    options.onOver(error);
  }

  function takeOver(owned: OwnedPartition): void {
    if (!holds(owned)) return;
    owned.isRecognised = false;
    pause(consumer, owned);
    void takeover(owned).then((offset) => {
      if (offset !== undefined) readFrom(owned, offset);
    });
  }

  function readFrom(owned: OwnedPartition, offset: bigint): void {
    if (!holds(owned)) return;
    consumer.seek({ ...placeOf(owned), offset: offset.toString() });
    resume(consumer, owned);
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
    const fetchedAt = performance.now();
    const owned = assignment.find(payload.batch);
    if (!owned?.isRecognised || !holds(owned) || payload.isStale() || !payload.isRunning()) return;
    if (inProgress.size >= MOST_IN_PROGRESS) return waitForSlot(owned);
    const batch = readBatch(payload.batch);
    if (batch === undefined) return;
    const work = apply(owned, batch, fetchedAt).finally(() => freeSlot(owned));
    inProgress.set(owned, work);
    if (await settlesWithin(STEP_ASIDE_MS, work)) {
      if (await work) payload.resolveOffset(payload.batch.lastOffset());
      return;
    }
    if (!holds(owned)) return;
    pause(consumer, owned);
    void work.then((isApplied) => {
      if (isApplied) readFrom(owned, owned.readTo);
    });
  }

  /** The fetched messages are dropped, and fetched again once there is a free slot. */
  function waitForSlot(owned: OwnedPartition): void {
    waiting.add(owned);
    pause(consumer, owned);
  }

  function freeSlot(done: OwnedPartition): void {
    inProgress.delete(done);
    for (const owned of waiting) {
      waiting.delete(owned);
      if (!holds(owned) || !owned.isRecognised) continue;
      resume(consumer, owned);
      return;
    }
  }

  /** @returns whether reading goes on behind the batch; otherwise the partition is lost, or taken over anew */
  async function apply(owned: OwnedPartition, batch: FetchedBatch, fetchedAt: number): Promise<boolean> {
    const follow = commits.follower();
    try {
      if (!(await isContinued(owned, batch))) return retake(owned);
      const keepAlive = (): Promise<void> =>
        holds(owned) ? Promise.resolve() : Promise.reject(new PartitionLost(owned));
      const result = await handler(toSourceBatch(owned, batch, topicPrefix, keepAlive));
      if (!holds(owned)) return false;
      if (result.kind === 'rewind') {
        const fields = { ...placeOf(owned), applied: owned.applied, storedOffset: result.offset };
        if (result.offset < owned.applied) log.warn(fields, 'the database has gone back: reading again');
        else log.debug(fields, 'another worker has moved the stored offset: reading it again');
        return retake(owned);
      }
      owned.advance(batch.last, batch.nextOffset, fetchedAt);
      follow({ ...placeOf(owned), offset: batch.nextOffset.toString() });
      // Another worker has moved the offset; whether it read this log has to be checked.
      return result.outcomes.some(({ kind }) => kind === 'skipped') ? retake(owned) : true;
    } catch (error) {
      if (!(error instanceof PartitionLost))
        log.debug({ err: error, ...placeOf(owned) }, 'a batch was given up');
      return retake(owned);
    }
  }

  function retake(owned: OwnedPartition): false {
    takeOver(owned);
    return false;
  }

  /** Whether a batch follows what was read before, in the same log. */
  async function isContinued(owned: OwnedPartition, { from }: FetchedBatch): Promise<boolean> {
    // KafkaJS begins at the start of a log that does not hold the offset any more, without an error.
    if (from !== owned.readTo) return false;
    const knownSince = Math.max(performance.now() - LOOK_AGAIN_AFTER_MS, failedAt);
    if (owned.record === undefined || owned.recognisedAt > knownSince) return true;
    return (await recognise(reader, owned.stored)) === 'same';
  }

  consumer.on(consumer.events.FETCH_START, ({ payload: { nodeId } }) => {
    // A fetch that failed is followed by the next without having ended: its topic may have been deleted, and made anew.
    if (fetching.has(nodeId)) failedAt = performance.now();
    fetching.add(nodeId);
  });
  consumer.on(consumer.events.FETCH, ({ payload: { nodeId } }) => {
    fetching.delete(nodeId);
    fetches.heard();
  });
  consumer.on(consumer.events.HEARTBEAT, () => heartbeats.heard());
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    // Joined after the session was given up: it reads nothing until it has left.
    if (isOver) return pauseAll(consumer, payload.memberAssignment);
    for (const watch of [fetches, heartbeats]) watch.heard();
    commits.forget();
    waiting.clear();
    const all = assignment.replace(payload.memberAssignment);
    for (const owned of all) pause(consumer, owned);
    void takeOverAll(all);
    options.onJoined();
  });
  consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
    if (payload.batchSize > 0) return;
    // Control records and aborted messages only: there is nothing to apply.
    const owned = assignment.find(payload);
    const nextOffset = BigInt(payload.lastOffset) + 1n;
    if (!owned?.isRecognised || nextOffset <= owned.readTo) return;
    owned.passOver(nextOffset);
    commits.follower()({ ...placeOf(owned), offset: nextOffset.toString() });
  });
  // KafkaJS stops a consumer ahead of saying why: from then on it can be neither sought nor paused.
  consumer.on(consumer.events.STOP, () => end(new Error('The Kafka consumer has stopped.')));
  consumer.on(consumer.events.CRASH, ({ payload }) =>
    end(new Error('The Kafka consumer ended.', { cause: payload.error })),
  );

  async function join(): Promise<void> {
    for (const watch of [fetches, heartbeats]) watch.start();
    await consumer.connect();
    if (hasEnded()) return;
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
    if (hasEnded()) return;
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: consume,
    });
    partitionWatch.start();
  }

  return {
    begin() {
      if (!isOver) began = join();
      return began;
    },
    async stop() {
      isOver = true;
      for (const watch of [fetches, heartbeats]) watch.stop();
      partitionWatch.stop();
      await Promise.all(inProgress.values());
      // KafkaJS forgets a consumer that is told to stop before it has joined, and joins it after all.
      await began.catch(() => undefined);
      await commits.flush();
      await consumer.disconnect();
      commits.stop();
    },
    partitions: () => assignment.all(),
  };
}

/** The partition belongs to another worker now, or soon will. */
class PartitionLost extends Error {
  constructor({ topic, partition }: Partition) {
    super(`${topic}/${partition} no longer belongs to this worker.`);
  }
}

const placeOf = ({ topic, partition }: Partition): Partition => ({ topic, partition });
