import { isDatabaseUnavailable } from '../database/unavailable';
import { createFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';
import type { ConsumingMetrics } from '../observability/metrics';
import type { Tracer } from '../observability/traces/tracer';
import { retry } from '../runtime/backoff';
import type { BatchResult, MessageSource, Partition, SourceBatch } from '../messaging/source/source';
import { type BatchApplierOptions, createBatchApplier } from './apply-batch';
import { tracedBatches } from './traced-batches';

export interface ConsumerOptions extends BatchApplierOptions {
  readonly source: MessageSource;
  readonly metrics: ConsumingMetrics;
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly log: Logger;
}

/** The write side, from start to stop. */
export interface Consumer {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @throws when no messages are being consumed */
  check(): void;
  /** Why the current batch of a partition cannot be applied; undefined when none fails. */
  failureOf(partition: Partition): unknown;
}

/** A database that is back has to be used within two seconds. */
const BACKOFF = { firstMs: 100, longestMs: 1_000 };

/** Applies the source's batches by the projections, and retries for as long as the database is away. */
export function createConsumer({ source, log, metrics, tracer, ...options }: ConsumerOptions): Consumer {
  const begin = createBatchApplier(options);
  const failures = new Map<string, unknown>();

  /** Retries with backoff until the batch is applied or its partition belongs to another worker. */
  async function applyWithRetries(batch: SourceBatch): Promise<BatchResult> {
    const apply = begin(batch);
    const fault = createFaultLog(
      log,
      {
        begins: 'a batch cannot be applied; trying until it can',
        ends: 'a batch has been applied after all',
      },
      describe(batch),
    );
    try {
      return await retry({
        backoff: BACKOFF,
        async attempt() {
          const result = await apply();
          if (result.kind === 'done') metrics.countBatch(batch.topic, result.outcomes);
          fault.worked();
          return result;
        },
        onFailure(error) {
          // That the database is away is logged once for all partitions, by the connection watch.
          if (isDatabaseUnavailable(error))
            log.debug({ err: error, ...describe(batch) }, 'the database is away');
          else fault.failed(error);
          if (batch.position) failures.set(nameOf(batch.position), error);
        },
        beforeRetry: () => batch.keepAlive(),
      });
    } finally {
      if (batch.position) failures.delete(nameOf(batch.position));
    }
  }

  const handle = tracer === undefined ? applyWithRetries : tracedBatches(applyWithRetries, tracer);

  return {
    // The former owner of a partition may have died between a commit and its publication.
    start: () => source.start(handle, () => options.changePublisher.publishFullChange()),
    stop: () => source.stop(),
    check() {
      if (source.status !== 'running') throw new Error(`The message source is ${source.status}.`);
    },
    failureOf: (partition) => failures.get(nameOf(partition)),
  };
}

const nameOf = ({ topic, partition }: Partition): string => `${topic}/${partition}`;

/** For the log: the position of a batch, and nothing of its content. */
function describe({ topic, position, messages }: SourceBatch): object {
  if (position === undefined) return { topic, messages: messages.length };
  const { partition, nextOffset } = position;
  return {
    topic: position.topic,
    partition,
    offset: messages[0]?.offset,
    nextOffset,
    messages: messages.length,
  };
}
