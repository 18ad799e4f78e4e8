/** What KafkaJS 2.2.4 keeps to itself and the log reader needs (platform/source/kafka-log.ts says why). */
declare module 'kafkajs/src/consumer/batch' {
  export interface FetchedRecord {
    readonly offset: string;
    readonly timestamp: string;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: Readonly<Record<string, unknown>>;
  }

  export interface FetchedPartition {
    readonly partition: number;
    readonly highWatermark: string;
    readonly messages: readonly FetchedRecord[];
  }

  /** Leaves control records and the messages of aborted transactions out. */
  class Batch {
    constructor(topic: string, fetchedOffset: string, partition: FetchedPartition);
    readonly messages: readonly FetchedRecord[];
    readonly rawMessages: readonly FetchedRecord[];
    lastOffset(): string;
  }
  export default Batch;
}
