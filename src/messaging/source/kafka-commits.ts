import type { Consumer, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import type { Logger } from '../../observability/log';

/** Kafka's committed offsets, which follow those in the database at a distance. */
export interface OffsetCommits {
  /**
   * To be called when a batch is begun.
   *
   * @returns to be called when it is done; does nothing once the partitions have been dealt out anew in the meantime
   */
  follower(): (offset: TopicPartitionOffsetAndMetadata) => void;
  /** The group has dealt its partitions out anew: what is left, or in hand, may be somebody else's to commit. */
  forget(): void;
  /** Commits what is left. To be called while the consumer is still in its group. */
  flush(): Promise<void>;
  stop(): void;
}

/**
 * Whoever takes a partition over finds what lies behind the database's offset done and leaves it out, so it does not
 * matter that Kafka hears of it late. To wait for the broker's answer ahead of every fetch would matter: that is a tenth
 * of the time that a registration takes to a screen. Those who watch the group's lag see it a second old.
 */
const COMMIT_EVERY_MS = 1_000;

export function createOffsetCommits(consumer: Pick<Consumer, 'commitOffsets'>, log: Logger): OffsetCommits {
  const pending = new Map<string, TopicPartitionOffsetAndMetadata>();
  let timer: NodeJS.Timeout | undefined;
  let committing: Promise<void> = Promise.resolve();
  /** How often the partitions have been dealt out. */
  let deals = 0;

  async function commit(): Promise<void> {
    const offsets = [...pending.values()];
    const deal = deals;
    pending.clear();
    if (offsets.length === 0) return;
    try {
      await consumer.commitOffsets(offsets);
    } catch (error) {
      log.debug({ err: error, offsets }, 'Kafka did not take the offsets; the database has them');
      if (deal === deals) offsets.forEach(takeUpAgain);
    }
  }

  /** A partition on which nothing more comes would keep its lag for ever. */
  function takeUpAgain(offset: TopicPartitionOffsetAndMetadata): void {
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
      const deal = deals;
      return (offset) => {
        if (deal === deals) follow(offset);
      };
    },
    forget() {
      deals += 1;
      pending.clear();
    },
    flush,
    stop: () => clearTimeout(timer),
  };
}

const nameOf = ({ topic, partition }: TopicPartitionOffsetAndMetadata): string => `${topic}/${partition}`;
