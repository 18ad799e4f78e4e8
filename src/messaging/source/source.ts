/**
 * Where messages come from: Apache Kafka, or this process itself. Both deliver batches and take back the outcome of each
 * message; neither knows what a message means.
 */
export interface MessageSource {
  /**
   * Begins to deliver. Resolves once delivery is under way or being tried: a broker that is away is waited for.
   *
   * @param onAssigned called after every rebalance: a former owner may have died during its work
   */
  start(handler: BatchHandler, onAssigned: () => void): Promise<void>;
  /** Delivers no further batch, lets the current one finish, and leaves. */
  stop(): Promise<void>;
  readonly status: SourceStatus;
}

export type SourceStatus = 'idle' | 'starting' | 'running' | 'stopped';

export interface SourceMessage {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** The broker's timestamp, in milliseconds since 1970; absent where it has none. */
  readonly timestamp?: bigint | undefined;
  /** In place of bytes: the value of a source that decodes its messages itself. */
  readonly decoded?: { readonly value: unknown };
  readonly headers?: Readonly<Record<string, unknown>>;
}

export interface SourceBatch {
  /** The topic's name in messages.md, without the prefix of this installation. */
  readonly topic: string;
  /** The position of the batch in a log that outlives this process; absent when the source keeps none. */
  readonly position?: BatchPosition;
  readonly messages: readonly SourceMessage[];
  /** To be called while waiting. @throws when the batch no longer belongs to this worker */
  keepAlive(): Promise<void>;
}

/** A record by which a log is recognised: another record at its offset means another log, or one that lost its tail. */
export interface RecordMark {
  readonly offset: bigint;
  /** As the broker has it, in milliseconds since 1970; undefined where it has none. */
  readonly timestamp: bigint | undefined;
  /** Of key and value (record-digest.ts). */
  readonly digest: string;
}

/** A partition of a topic as the broker knows it. */
export interface Partition {
  readonly topic: string;
  readonly partition: number;
}

export interface BatchPosition extends Partition {
  /** The stored offset as this worker left it, and the last record before it. */
  readonly applied: bigint;
  readonly record: RecordMark | undefined;
  /** Where reading goes on after the batch. Offsets have gaps: compare, never count. */
  readonly nextOffset: bigint;
}

/** A message that can never be applied, and why. */
export interface RejectedMessage {
  readonly message: SourceMessage;
  readonly reason: string;
  /** Whether it came for what is sealed. */
  readonly sealed?: boolean;
}

/** The outcome of a message. */
export type Outcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'duplicate' }
  /** Applied or rejected before, by this worker or another: the stored offset lies behind it. */
  | { readonly kind: 'skipped' }
  /** Can never be applied. Of a source with a log it is kept as a dead letter. */
  | { readonly kind: 'rejected'; readonly reason: string; readonly sealed?: true };

/**
 * Applies a batch to its end. A rejected promise means that the batch was given up and must be delivered again.
 *
 * @returns an outcome for each message in its place, or the stored offset when it is not where this worker left it:
 *   nothing of the batch is applied, and the partition has to be taken over anew
 */
export type BatchHandler = (batch: SourceBatch) => Promise<BatchResult>;

export type BatchResult =
  | { readonly kind: 'done'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'rewind'; readonly offset: bigint };
