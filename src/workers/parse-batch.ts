import type { SourceMessage } from '../platform/source/source';
import type { Instant } from '../schema/values';
import { parseMessage, parseValue } from './messages/parse';
import type { ParsedMessage, Topic } from './messages/topics';

/** A message that may be applied, and its place in the batch. */
export interface ParsedEntry {
  readonly index: number;
  readonly offset: bigint;
  readonly message: ParsedMessage;
}

export interface ParsedBatch {
  readonly entries: readonly ParsedEntry[];
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
}

/** Parses what can be parsed; one bad message takes nothing from the others. */
export function parseBatch(topic: Topic, messages: readonly SourceMessage[], now: Instant): ParsedBatch {
  const entries: ParsedEntry[] = [];
  const rejected: { index: number; reason: string }[] = [];
  messages.forEach(({ offset, value, decoded }, index) => {
    const parsed = decoded ? parseValue(topic, decoded.value, now) : parseMessage(topic, value, now);
    if (parsed.kind === 'rejected') rejected.push({ index, reason: parsed.reason });
    else entries.push({ index, offset, message: parsed });
  });
  return { entries, rejected };
}
