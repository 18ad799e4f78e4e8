import type { EachBatchPayload } from 'kafkajs';
import { toTimestamp } from './kafka-log';
import type { OwnedPartition } from './owned-partition';
import type { SourceBatch, SourceMessage } from './source';

type Batch = EachBatchPayload['batch'];

/** KafkaJS has numbers as texts. They are converted on access, which happens for one message in thousands. */
class KafkaMessage implements SourceMessage {
  constructor(private readonly record: Batch['messages'][number]) {}

  get offset(): bigint {
    return BigInt(this.record.offset);
  }

  get timestamp(): bigint | undefined {
    return toTimestamp(this.record.timestamp);
  }

  get key(): Buffer | null {
    return this.record.key;
  }

  get value(): Buffer | null {
    return this.record.value;
  }

  get headers(): Readonly<Record<string, unknown>> {
    return this.record.headers ?? {};
  }
}

/** What one fetch brought of a partition, never empty. */
export interface FetchedBatch {
  /** The offset that was asked for: what lies between it and the first message holds nothing to be applied. */
  readonly from: bigint;
  readonly nextOffset: bigint;
  readonly messages: readonly SourceMessage[];
  readonly last: SourceMessage;
}

export function readBatch(batch: Batch): FetchedBatch | undefined {
  const messages = batch.messages.map((record) => new KafkaMessage(record));
  const last = messages.at(-1);
  if (last === undefined) return undefined;
  return { from: fetchedOffset(batch), nextOffset: BigInt(batch.lastOffset()) + 1n, messages, last };
}

/** @param keepAlive to be called while waiting; rejects when the batch is no longer ours */
export function toSourceBatch(
  { topic, partition, applied, record }: OwnedPartition,
  { nextOffset, messages }: FetchedBatch,
  topicPrefix: string,
  keepAlive: () => Promise<void>,
): SourceBatch {
  return {
    topic: topic.slice(topicPrefix.length),
    position: { topic, partition, applied, record, nextOffset },
    messages,
    keepAlive,
  };
}

/** KafkaJS has it on every batch, though not in its types. */
function fetchedOffset(batch: Batch): bigint {
  const offset: unknown = Reflect.get(batch, 'fetchedOffset');
  if (typeof offset === 'string' || typeof offset === 'number') return BigInt(offset);
  throw new Error('This KafkaJS does not say from which offset a batch was fetched, as 2.2.4 does.');
}
