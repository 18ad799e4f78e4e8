import type { BatchPosition, BatchResult, SourceBatch } from '../../../src/messaging/source/source';

export interface BatchOptions {
  /** The offset of the first message; the others follow without gaps. */
  readonly from?: number;
  readonly position?: Partial<BatchPosition>;
}

/** A batch as from Kafka: of one partition, with more of the log after it. */
export function batchOf(
  topic: string,
  values: readonly object[],
  { from = 0, position }: BatchOptions = {},
): SourceBatch {
  const nextOffset = BigInt(from + values.length);
  return {
    topic,
    position: { topic, partition: 0, nextOffset, applied: 0n, record: undefined, ...position },
    messages: values.map((value, index) => ({
      offset: BigInt(from + index),
      key: null,
      value: Buffer.from(JSON.stringify(value)),
    })),
    keepAlive: () => Promise.resolve(),
  };
}

/** The outcome of each message of a batch, or why the batch was not applied. */
export function kindsOf(result: BatchResult): string[] {
  return result.kind === 'done' ? result.outcomes.map(({ kind }) => kind) : [result.kind];
}

export function times<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
