import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../database/database';
import type { Logger } from '../../observability/log';
import type { DeadLetterTopic } from '../../messaging/source/dead-letter-topic';
import { createPeriodic } from '../periodic';
import { createLane } from './lane';
import { dueTopics } from './outbox-rows';

export interface DeadLetterOutboxOptions {
  readonly database: Database;
  /** The topics whose dead letters are sent, as the broker knows them. */
  readonly topics: readonly string[];
  readonly open: (topic: string) => DeadLetterTopic;
  readonly log: Logger;
  readonly everyMs?: number;
  /** How long a claim keeps others from sending the same. */
  readonly leaseMs?: number;
}

/** Sends dead letters from their rows to their topics, for as long as it runs. */
export interface DeadLetterOutbox {
  start(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;
/** What is under way is given so long when stopping; what becomes of it is found out by whoever sends next. */
const STOPPED_WITHIN_MS = 1_500;
const CLOSED_WITHIN_MS = 500;

/** Each topic goes its own way, so that one whose dead letters cannot be sent holds up no other. */
export function createDeadLetterOutbox(options: DeadLetterOutboxOptions): DeadLetterOutbox {
  const { database, topics, open, log, everyMs = EVERY_MS, leaseMs } = options;
  const targets = new Map(topics.map((topic) => [topic, open(topic)]));
  const lanes = new Map(
    [...targets].map(([topic, target]) => [
      topic,
      createLane({ database, topic, target, log, ...(leaseMs !== undefined && { leaseMs }) }),
    ]),
  );
  const look = createPeriodic({
    name: 'dead letters',
    everyMs,
    work: async () => {
      for (const topic of await dueTopics(database, topics)) lanes.get(topic)?.send();
    },
    log,
  });

  return {
    start: () => look.start(),
    async stop() {
      await look.stop();
      await atMost(
        STOPPED_WITHIN_MS,
        [...lanes.values()].map((lane) => lane.stop()),
      );
      await atMost(
        CLOSED_WITHIN_MS,
        [...targets.values()].map((target) => target.close()),
      );
    },
  };
}

/** KafkaJS waits long for a broker that hangs. */
async function atMost(ms: number, endings: readonly Promise<void>[]): Promise<void> {
  const patience = new AbortController();
  const over = pause(ms, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([Promise.allSettled(endings), over]);
  patience.abort();
}
