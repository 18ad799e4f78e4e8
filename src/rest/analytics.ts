import { invalidEventId } from '../errors';
import { parseUuid } from '../domain/uuid';
import type { EventId } from '../domain/values';
import type { DashboardAnswers } from './dashboard-answers';
import type { TokenEndpoint } from './endpoint';
import { FALLBACK_HEADER } from './fallback';
import { JSON_TYPE, sendRepresentation } from './respond';

/** Why the answer is stale. Sent only while it is. */
const STALE_HEADER = 'X-Stale-Reason';

/** Other viewers may get other answers, and a client has to revalidate the one it stored. */
const HEADERS = { 'Cache-Control': 'private, no-cache', Vary: 'Authorization' };

/** The dashboard of an event. Once the viewer is admitted: a valid id (400), an existing event (404), a readable one (403). */
export function analyticsEndpoint(answers: DashboardAnswers): TokenEndpoint {
  return {
    path: '/events/{eventId}/analytics',
    access: 'token',
    async get(request, response, [segment = ''], viewer) {
      const eventId = parseEventId(segment);
      const { body, bytes, ageSeconds, staleReason } = await answers.read(eventId, viewer);
      response.setHeader('Age', String(ageSeconds));
      if (body.fallback !== '') response.setHeader(FALLBACK_HEADER, body.fallback);
      if (staleReason !== undefined) response.setHeader(STALE_HEADER, staleReason);
      sendRepresentation(request, response, { type: JSON_TYPE, bytes, etag: body.etag, headers: HEADERS });
    },
  };
}

function parseEventId(segment: string): EventId {
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
