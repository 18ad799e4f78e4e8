import { parseUuid } from '../domain/uuid';
import type { EventId } from '../domain/values';
import { invalidEventId } from '../errors';

/**
 * Parses the value of `{eventId}` in a path.
 *
 * @param segment as it was sent: not decoded
 * @throws AppError INVALID_REQUEST when it is no uuid
 */
export function parseEventId(segment: string): EventId {
  const id = parseUuid(decoded(segment));
  if (id === undefined) throw invalidEventId();
  return id as EventId;
}

function decoded(segment: string): string {
  // There is rarely anything to decode, and decoding takes six times as long as this check.
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) throw invalidEventId();
    throw error;
  }
}
