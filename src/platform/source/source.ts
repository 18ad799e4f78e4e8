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

export type SourceStatus = 'idle' | 'starting' | 'running' | 'stopped' | 'failed';

export interface SourceMessage {
  readonly offset: bigint;
  readonly timestamp?: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
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
  /** Sets messages aside that can never be stored. Resolves when they are safe. */
  setAside(rejected: readonly RejectedMessage[]): Promise<void>;
  /** To be called while waiting. @throws when the batch is no longer ours to work on */
  keepAlive(): Promise<void>;
}

export interface BatchPosition {
  /** The topic as the broker knows it. */
  readonly topic: string;
  readonly partition: number;
  /** Where reading goes on after the batch. Offsets have gaps: compare, never count. */
  readonly nextOffset: bigint;
  /** The end of the log when the batch was fetched. */
  readonly highWatermark: bigint;
  /** Whether this is the first batch since the partition was given to us: where we stand has yet to be checked. */
  readonly isFirst: boolean;
}

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
  | { readonly kind: 'rejected'; readonly reason: string };

/**
 * Deals with a batch to the end. A rejection means that the batch was given up and must be delivered again.
 *
 * @returns an outcome for each message in its place, or the offset to go back to when the batch leaves a gap
 */
export type BatchHandler = (batch: SourceBatch) => Promise<BatchResult>;

export type BatchResult =
  | { readonly kind: 'done'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'rewind'; readonly offset: bigint };
