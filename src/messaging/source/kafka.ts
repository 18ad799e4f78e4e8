import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import { settlesWithin } from '../../runtime/timeout';
import { createLogReader } from './kafka-log';
import { createKafkaSession, type KafkaSession } from './kafka-session';
import { ensureTopics } from './kafka-topics';
import type { OffsetFence } from './offset-fence';
import type { OwnedPartition } from './owned-partition';
import type { BatchHandler, MessageSource, SourceStatus } from './source';

export interface KafkaSourceOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Put before every topic's name. */
  readonly topicPrefix: string;
  readonly fence: OffsetFence;
  readonly log: Logger;
}

/** A message source whose log outlives the process. */
export interface KafkaSource extends MessageSource {
  /** The partitions that the group has assigned to this process, and how far each has been read. */
  partitions(): readonly OwnedPartition[];
  /** Why nothing is being read; undefined while the group is joined. */
  readonly trouble: unknown;
}

/** Between two attempts to begin. */
const PAUSE_MS = 1_000;
/** A topic that was deleted is made again only after so long: its deletion may be the first half of making it anew. */
const MAKE_TOPICS_AFTER_MS = 10_000;
/** How long leaving the group may take. A broker that hangs finds out by itself that a member is gone. */
const LEAVE_WITHIN_MS = 3_000;

/**
 * A consumer group of KafkaJS. A consumer that ends or hangs is replaced by a new one within this process, for as long as
 * the source runs: its failures affect nothing else.
 */
export function createKafkaSource(options: KafkaSourceOptions): KafkaSource {
  const { kafka, log, topicPrefix } = options;
  const topics = options.topics.map((topic) => topicPrefix + topic);
  const reader = createLogReader(kafka);
  const stopping = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const isStopping = (): boolean => stopping.signal.aborted;
  const fault = createFaultLog(log, {
    begins: 'Kafka cannot be read; trying until it can',
    ends: 'Kafka is read again',
  });
  let status: SourceStatus = 'idle';
  let session: KafkaSession | undefined;
  let running: Promise<void> = Promise.resolve();
  /** Since when nothing has been read. From the very beginning at first, so that topics are made at the start. */
  let failingSince: number | undefined = -Infinity;

  async function makeTopics(): Promise<void> {
    failingSince ??= performance.now();
    if (performance.now() - failingSince > MAKE_TOPICS_AFTER_MS) await ensureTopics(kafka, topics, log);
  }

  /** @returns why the session is over; undefined when the source is being stopped */
  function runSession(handler: BatchHandler, onAssigned: () => void): Promise<unknown> {
    const over = new Promise<unknown>((resolve) => {
      const current = createKafkaSession({
        ...{ kafka, reader, topics, topicPrefix, handler, log },
        fence: options.fence,
        groupId: options.groupId,
        onJoined() {
          if (isStopping()) return;
          status = 'running';
          failingSince = undefined;
          fault.worked();
          onAssigned();
        },
        onOver: resolve,
      });
      session = current;
      makeTopics()
        .then(() => current.begin())
        .catch(resolve);
    });
    return Promise.race([over, stopped]);
  }

  async function run(handler: BatchHandler, onAssigned: () => void): Promise<void> {
    while (!isStopping()) {
      const error = await runSession(handler, onAssigned);
      if (isStopping()) return;
      status = 'starting';
      fault.failed(error);
      // It may hang for good, so it is not awaited.
      session?.stop().catch((failure: unknown) => log.debug({ err: failure }, 'a consumer did not end well'));
      session = undefined;
      await sleep(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    start(handler, onAssigned) {
      status = 'starting';
      running = run(handler, onAssigned);
      return Promise.resolve();
    },
    async stop() {
      status = 'stopped';
      stopping.abort();
      await running;
      const leaving = Promise.allSettled([session?.stop(), reader.close()]);
      if (!(await settlesWithin(LEAVE_WITHIN_MS, leaving)))
        log.warn('the group was not left in good order: the broker does not answer');
    },
    get status() {
      return status;
    },
    get trouble() {
      return status === 'running' ? undefined : fault.lastError;
    },
    partitions: () => session?.partitions() ?? [],
  };
}
