/** What KafkaJS 2.2.4 keeps to itself and the log reader needs (messaging/source/kafka-log.ts says why). */
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

/** Requests on their way over one connection (messaging/source/kafka-connection.ts says what is wrong with it). */
declare module 'kafkajs/src/network/requestQueue' {
  interface RequestQueueOptions {
    readonly maxInFlightRequests: number | null;
    readonly requestTimeout: number;
    readonly enforceRequestTimeout: boolean;
    readonly clientId: string;
    readonly broker: string;
    readonly logger: { debug(message: string, extra?: object): void };
  }

  export interface PushedRequest {
    readonly entry: { readonly correlationId: number; readonly resolve: (response: object) => void };
    readonly expectResponse: boolean;
    readonly sendRequest: () => void;
  }

  class RequestQueue {
    constructor(options: RequestQueueOptions);
    readonly pending: readonly unknown[];
    /** The timer of the next look; null when none is set. */
    readonly throttleCheckTimeoutId: NodeJS.Timeout | null;
    push(request: PushedRequest): void;
    fulfillRequest(response: { correlationId: number; size: number; payload: unknown }): void;
    maybeThrottle(milliseconds: number): void;
    scheduleCheckPendingRequests: (this: RequestQueue) => void;
    destroy(): void;
  }
  export default RequestQueue;
}
