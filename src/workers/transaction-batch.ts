import type { SourceBatch, SourceMessage } from '../messaging/source/source';
import type { Instant } from '../domain/values';
import { parseValue } from './messages/parse';
import type { Rejection } from './messages/rejection';
import type { MessageReader } from './messages/shapes/reader';
import type { ParsedMessage, Topic } from './messages/topics';

/** A transaction applies no more than this, so that readers and other writers do not wait for a long one. */
const MESSAGES_PER_TRANSACTION = 5_000;

/** Each may look for somebody in every event, so that many together would take long for one statement. */
const ERASURES_PER_TRANSACTION = 50;

/** How many messages of a topic a transaction applies at most. */
export const mostOf = (topic: Topic): number =>
  topic === 'participant.erased' ? ERASURES_PER_TRANSACTION : MESSAGES_PER_TRANSACTION;

/** A parsed message of a batch: one that may be applied, or why it never can be. */
export interface ParsedEntry {
  /** Its place in the source's batch. */
  readonly index: number;
  readonly source: SourceMessage;
  readonly parsed: ParsedMessage | Rejection;
}

/** Messages to be committed together, and where reading goes on once they are. */
export interface TransactionBatch {
  readonly entries: readonly ParsedEntry[];
  readonly nextOffset: bigint;
}

/**
 * Each is parsed only when it is asked for: parsed, messages take several times the memory of their bytes. One that cannot be
 * parsed leaves the others as they are.
 */
export function* transactionBatchesOf(
  topic: Topic,
  source: SourceBatch,
  readMessage: MessageReader,
  now: Instant,
): Generator<TransactionBatch> {
  const { messages, position } = source;
  const most = mostOf(topic);
  for (let start = 0; start < messages.length; start += most) {
    const end = start + most;
    const entries = messages.slice(start, end).map((message, place) => ({
      index: start + place,
      source: message,
      parsed: message.decoded
        ? parseValue(topic, message.decoded.value, now)
        : readMessage(topic, message, now),
    }));
    yield { entries, nextOffset: messages[end]?.offset ?? position?.nextOffset ?? 0n };
  }
}

/** The messages at the offset or behind it. Offsets grow: where the first does, all do. */
export function pendingFrom(offset: bigint, entries: readonly ParsedEntry[]): readonly ParsedEntry[] {
  const [first] = entries;
  if (first === undefined || first.source.offset >= offset) return entries;
  return entries.filter(({ source }) => source.offset >= offset);
}

export function halves(batch: TransactionBatch): readonly TransactionBatch[] {
  const middle = batch.entries.length >> 1;
  return [slice(batch, 0, middle), slice(batch, middle, batch.entries.length)];
}

function slice({ entries, nextOffset }: TransactionBatch, start: number, end: number): TransactionBatch {
  return { entries: entries.slice(start, end), nextOffset: entries[end]?.source.offset ?? nextOffset };
}
