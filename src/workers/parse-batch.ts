import type { SourceMessage } from '../platform/source/source';
import type { Instant } from '../schema/values';
import { parseMessage, parseValue } from './messages/parse';
import type { Rejection } from './messages/rejection';
import type { ParsedMessage, Topic } from './messages/topics';

/** A message of a batch once it has been parsed, in its place: one that may be applied, or why it never can be. */
export interface ParsedEntry {
  readonly index: number;
  readonly source: SourceMessage;
  readonly parsed: ParsedMessage | Rejection;
}

/** Parses what can be parsed; one bad message takes nothing from the others. */
export function parseBatch(
  topic: Topic,
  messages: readonly SourceMessage[],
  now: Instant,
): readonly ParsedEntry[] {
  return messages.map((source, index) => {
    const { value, decoded } = source;
    const parsed = decoded ? parseValue(topic, decoded.value, now) : parseMessage(topic, value, now);
    return { index, source, parsed };
  });
}

/** An entry that may be applied. */
export interface Applicable extends ParsedEntry {
  readonly parsed: ParsedMessage;
}

export function isApplicable(entry: ParsedEntry): entry is Applicable {
  return entry.parsed.kind !== 'rejected';
}
