import type { RecordMark } from './offset-fence';

/**
 * Where messages come from: Apache Kafka, or this process itself. Both hand over batches and take back what became of
 * each message; neither knows what a message means.
 */
export interface MessageSource {
  /**
   * Begins to deliver. Resolves once delivery is under way or being tried: a broker that is away is waited for.
   *
   * @param onAssigned called whenever work has been dealt out anew: somebody else may have died over theirs
   */
  start(handler: BatchHandler, onAssigned: () => void): Promise<void>;
  /** Takes no further batch, lets the one in hand finish, and leaves. */
  stop(): Promise<void>;
  readonly status: SourceStatus;
}

export type SourceStatus = 'idle' | 'starting' | 'running' | 'stopped';

export interface SourceMessage {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As the broker has it, in milliseconds since 1970; absent where it has none. */
  readonly timestamp?: bigint | undefined;
  /** In place of bytes, what a source had to decode before it could tell the message from others. */
  readonly decoded?: { readonly value: unknown };
  readonly headers?: Readonly<Record<string, unknown>>;
}

export interface SourceBatch {
  /** The topic's name in messages.md, without the prefix of this installation. */
  readonly topic: string;
  /** Where the batch stands in a log that outlives this process; absent when the source keeps none. */
  readonly position?: BatchPosition;
  readonly messages: readonly SourceMessage[];
  /** To be called while waiting. @throws when the batch is no longer ours to work on */
  keepAlive(): Promise<void>;
}

/** A partition of a topic as the broker knows it. */
export interface Partition {
  readonly topic: string;
  readonly partition: number;
}

export interface BatchPosition extends Partition {
  /** Where this worker knows the stored offset to be, and the last record before it. */
  readonly applied: bigint;
  readonly record: RecordMark | undefined;
  /** Where reading goes on after the batch. Offsets have gaps: compare, never count. */
  readonly nextOffset: bigint;
}

/** A message that can never be applied, and why. */
export interface RejectedMessage {
  readonly message: SourceMessage;
  readonly reason: string;
}

/** What became of a message. */
export type Outcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'duplicate' }
  /** Dealt with before, by this worker or another: the stored offset lies behind it. */
  | { readonly kind: 'skipped' }
  /** Can never be applied. Of a source with a log it is kept as a dead letter. */
  | { readonly kind: 'rejected'; readonly reason: string };

/**
 * Deals with a batch to the end. A rejection means that the batch was given up and must be delivered again.
 *
 * @returns an outcome for each message in its place, or where the stored offset is when it is not where this worker left
 *   it: nothing of the batch is applied, and the partition has to be taken over anew
 */
export type BatchHandler = (batch: SourceBatch) => Promise<BatchResult>;

export type BatchResult =
  | { readonly kind: 'done'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'rewind'; readonly offset: bigint };
