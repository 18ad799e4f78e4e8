import type { Consumer, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import type { Logger } from '../../observability/log';

/** Kafka's committed offsets, which follow those in the database at a distance. */
export interface OffsetCommits {
  /**
   * To be called when a batch is begun.
   *
   * @returns to be called when it is done; does nothing after a rebalance
   */
  follower(): (offset: TopicPartitionOffsetAndMetadata) => void;
  /** After a rebalance: pending offsets may belong to another worker. */
  forget(): void;
  /** Commits what is pending. To be called while the consumer is still in its group. */
  flush(): Promise<void>;
  stop(): void;
}

/**
 * A worker that takes a partition over reads from the offset in the database, so Kafka's may be late. Waiting for the
 * broker's answer ahead of every fetch would cost a tenth of the time that a registration takes to a screen. The group's
 * lag, as Kafka shows it, is a second old.
 */
const COMMIT_EVERY_MS = 1_000;

export function createOffsetCommits(consumer: Pick<Consumer, 'commitOffsets'>, log: Logger): OffsetCommits {
  const pending = new Map<string, TopicPartitionOffsetAndMetadata>();
  let timer: NodeJS.Timeout | undefined;
  let committing: Promise<void> = Promise.resolve();
  /** Counts the rebalances. */
  let generation = 0;

  async function commit(): Promise<void> {
    const offsets = [...pending.values()];
    const current = generation;
    pending.clear();
    if (offsets.length === 0) return;
    try {
      await consumer.commitOffsets(offsets);
    } catch (error) {
      log.debug({ err: error, offsets }, 'Kafka did not take the offsets; the database has them');
      if (current === generation) offsets.forEach(addAgain);
    }
  }

  /** A partition on which nothing more comes would keep its lag for ever. */
  function addAgain(offset: TopicPartitionOffsetAndMetadata): void {
    if (!pending.has(nameOf(offset))) follow(offset);
  }

  function follow(offset: TopicPartitionOffsetAndMetadata): void {
    pending.set(nameOf(offset), offset);
    timer ??= setTimeout(() => void flush(), COMMIT_EVERY_MS);
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    committing = committing.then(commit);
    return committing;
  }

  return {
    follower() {
      const current = generation;
      return (offset) => {
        if (current === generation) follow(offset);
      };
    },
    forget() {
      generation += 1;
      pending.clear();
    },
    flush,
    stop: () => clearTimeout(timer),
  };
}

const nameOf = ({ topic, partition }: TopicPartitionOffsetAndMetadata): string => `${topic}/${partition}`;
