import type { Instant } from '../../domain/values';
import { decode } from './decode';
import { isObject } from './json-object';
import { metInPlaceOf } from './met';
import { type Rejection, reasonOf, rejected } from './rejection';
import { type ParsedMessage, SCHEMAS, type Topic } from './topics';

/** How far ahead of our clock an observed instant may lie, as clocks differ. */
export const FURTHEST_AHEAD_MS = 24 * 60 * 60 * 1000;

/**
 * The border of the write side: bytes in, a message whose every value is known to be good out, or the reason why not.
 * Never throws, whatever it is given. Takes the plain form alone: for what else an installation takes, see
 * `shapes/reader.ts`.
 *
 * @param now observed instants may lie up to 24 hours ahead of this, as clocks differ
 */
export function parseMessage(
  topic: Topic,
  value: Buffer | string | null,
  now: Instant,
): ParsedMessage | Rejection {
  const decoded = decode(value);
  return decoded.kind === 'rejected' ? decoded : parseValue(topic, decoded.value, now);
}

/** The same for a value that is decoded already. */
export function parseValue(topic: Topic, value: unknown, now: Instant): ParsedMessage | Rejection {
  if (!isObject(value)) return rejected(metInPlaceOf(value) ?? 'not a JSON object');
  const { success, data, error } = SCHEMAS[topic].safeParse(value);
  if (!success) return rejected(metInPlaceOf(value) ?? reasonOf(error, value));
  const ahead = fieldAhead(data, now + FURTHEST_AHEAD_MS);
  return ahead === undefined ? data : rejected(`${ahead}: must not lie more than 24 hours ahead`);
}

function fieldAhead(message: ParsedMessage, latest: number): string | undefined {
  if (message.occurredAt > latest) return 'occurredAt';
  return message.kind === 'channel.views-measured' && message.measuredAt > latest ? 'measuredAt' : undefined;
}
