import type { Consumer, TopicPartitionOffsetAndMetadata } from 'kafkajs';
import type { Logger } from '../log';

/** Kafka's committed offsets, which follow those in the database at a distance. */
export interface OffsetCommits {
  follow(offset: TopicPartitionOffsetAndMetadata): void;
  /** The group has dealt its partitions out anew: what is left may be somebody else's to commit. */
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

  async function commit(): Promise<void> {
    const offsets = [...pending.values()];
    pending.clear();
    if (offsets.length === 0) return;
    try {
      await consumer.commitOffsets(offsets);
    } catch (error) {
      log.debug({ err: error, offsets }, 'Kafka did not take the offsets; the database has them');
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    committing = committing.then(commit);
    return committing;
  }

  return {
    follow(offset) {
      pending.set(`${offset.topic}/${offset.partition}`, offset);
      timer ??= setTimeout(() => void flush(), COMMIT_EVERY_MS);
    },
    forget: () => pending.clear(),
    flush,
    stop: () => clearTimeout(timer),
  };
}
