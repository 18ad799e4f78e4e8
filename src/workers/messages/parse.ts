import { isUtf8 } from 'node:buffer';
import type { Instant } from '../../domain/values';
import { type Rejection, reasonOf, rejected } from './rejection';
import { type ParsedMessage, SCHEMAS, type Topic } from './topics';

/** How far ahead of our clock an observed instant may lie, as clocks differ. */
export const FURTHEST_AHEAD_MS = 24 * 60 * 60 * 1000;

/**
 * The border of the write side: bytes in, a message whose every value is known to be good out, or the reason why not.
 * Never throws, whatever it is given.
 *
 * @param now observed instants may lie up to 24 hours ahead of this, as clocks differ
 */
export function parseMessage(
  topic: Topic,
  value: Buffer | string | null,
  now: Instant,
): ParsedMessage | Rejection {
  if (value === null) return rejected('no value: a tombstone carries no message');
  // Decoding would put U+FFFD for what is no UTF-8, and so store what was not sent.
  if (typeof value !== 'string' && !isUtf8(value)) return rejected('not UTF-8');
  const decoded = decodeJson(value);
  return decoded === undefined ? rejected('not JSON') : parseValue(topic, decoded, now);
}

/** The same for a value that is decoded already. */
export function parseValue(topic: Topic, value: unknown, now: Instant): ParsedMessage | Rejection {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return rejected('not a JSON object');
  }
  const { success, data, error } = SCHEMAS[topic].safeParse(value);
  if (!success) return rejected(reasonOf(error));
  const ahead = fieldAhead(data, now + FURTHEST_AHEAD_MS);
  return ahead === undefined ? data : rejected(`${ahead}: must not lie more than 24 hours ahead`);
}

/** The engine's own message would quote the text, so it is dropped. No JSON text stands for undefined. */
function decodeJson(value: Buffer | string): unknown {
  try {
    return JSON.parse(value.toString());
  } catch {
    return undefined;
  }
}

function fieldAhead(message: ParsedMessage, latest: number): string | undefined {
  if (message.occurredAt > latest) return 'occurredAt';
  return message.kind === 'channel.views-measured' && message.measuredAt > latest ? 'measuredAt' : undefined;
}
