import type { Database } from '../../database/database';
import { dueTopics } from '../../database/dead-letters/outbox';
import type { Logger } from '../../observability/log';
import type { DeadLetterTopic } from '../../messaging/source/dead-letter-topic';
import { settlesWithin } from '../../runtime/timeout';
import { createPeriodic } from '../periodic';
import type { PersonDigests } from '../projections/person-digests';
import { createTopicSender } from './topic-sender';

export interface DeadLetterOutboxOptions {
  readonly database: Database;
  /** The topics whose dead letters are sent, as the broker knows them. */
  readonly topics: readonly string[];
  readonly open: (topic: string) => DeadLetterTopic;
  /** Stand for people who were erased; undefined: nobody can be. */
  readonly digests: PersonDigests | undefined;
  readonly log: Logger;
  readonly everyMs?: number;
  /** How long a claim keeps other processes from sending the same letters. */
  readonly leaseMs?: number;
}

/** Sends dead letters from their rows to their topics, for as long as it runs. */
export interface DeadLetterOutbox {
  start(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;
/** How long sends under way may take when stopping; the next process to send finds out whether they succeeded. */
const STOPPED_WITHIN_MS = 1_500;
const CLOSED_WITHIN_MS = 500;

/** One sender per topic, so that one whose dead letters cannot be sent delays no other. */
export function createDeadLetterOutbox(options: DeadLetterOutboxOptions): DeadLetterOutbox {
  const { database, topics, open, digests, log, everyMs = EVERY_MS, leaseMs } = options;
  const targets = new Map(topics.map((topic) => [topic, open(topic)]));
  const senders = new Map(
    [...targets].map(([topic, target]) => [
      topic,
      createTopicSender({ database, topic, target, digests, log, ...(leaseMs !== undefined && { leaseMs }) }),
    ]),
  );
  const periodic = createPeriodic({
    name: 'dead letters',
    everyMs,
    work: async () => {
      for (const topic of await dueTopics(database, topics)) senders.get(topic)?.send();
    },
    log,
  });

  return {
    start: () => periodic.start(),
    async stop() {
      await periodic.stop();
      const stopped = [...senders.values()].map((sender) => sender.stop());
      await settlesWithin(STOPPED_WITHIN_MS, Promise.allSettled(stopped));
      // KafkaJS waits long for a broker that hangs.
      const closed = [...targets.values()].map((target) => target.close());
      await settlesWithin(CLOSED_WITHIN_MS, Promise.allSettled(closed));
    },
  };
}
