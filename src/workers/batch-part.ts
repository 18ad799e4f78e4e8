import type { SourceBatch, SourceMessage } from '../messaging/source/source';
import type { Instant } from '../domain/values';
import { parseMessage, parseValue } from './messages/parse';
import type { Rejection } from './messages/rejection';
import type { ParsedMessage, Topic } from './messages/topics';

/** A transaction takes no more than this, so that readers and other writers are not held up by a long one. */
const MESSAGES_PER_TRANSACTION = 5_000;

/** A message of a batch once it has been parsed: one that may be applied, or why it never can be. */
export interface ParsedEntry {
  /** Its place in the whole batch. */
  readonly index: number;
  readonly source: SourceMessage;
  readonly parsed: ParsedMessage | Rejection;
}

/** Messages to be committed together, and where reading goes on once they are. */
export interface Part {
  readonly entries: readonly ParsedEntry[];
  readonly nextOffset: bigint;
}

/** Each is parsed when it is its turn: parsed, messages take several times the memory of their bytes. */
export function* partsOf(topic: Topic, batch: SourceBatch, now: Instant): Generator<Part> {
  const { messages, position } = batch;
  for (let start = 0; start < messages.length; start += MESSAGES_PER_TRANSACTION) {
    const end = start + MESSAGES_PER_TRANSACTION;
    const entries = messages
      .slice(start, end)
      .map((source, place) => ({ index: start + place, source, parsed: parse(topic, source, now) }));
    yield { entries, nextOffset: messages[end]?.offset ?? position?.nextOffset ?? 0n };
  }
}

/** One bad message takes nothing from the others. */
function parse(topic: Topic, { value, decoded }: SourceMessage, now: Instant): ParsedEntry['parsed'] {
  return decoded ? parseValue(topic, decoded.value, now) : parseMessage(topic, value, now);
}

/** What lies at the offset or behind it. Offsets grow: where the first does, all do. */
export function pendingFrom(offset: bigint, entries: readonly ParsedEntry[]): readonly ParsedEntry[] {
  const [first] = entries;
  if (first === undefined || first.source.offset >= offset) return entries;
  return entries.filter(({ source }) => source.offset >= offset);
}

export function halves(part: Part): readonly Part[] {
  const middle = part.entries.length >> 1;
  return [slice(part, 0, middle), slice(part, middle, part.entries.length)];
}

function slice({ entries, nextOffset }: Part, start: number, end: number): Part {
  return { entries: entries.slice(start, end), nextOffset: entries[end]?.source.offset ?? nextOffset };
}
