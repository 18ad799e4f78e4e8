import type { Admission } from '../auth/admission';
import { invalidEventId } from '../errors';
import { parseUuid } from '../domain/uuid';
import type { EventId } from '../domain/values';
import type { DashboardAnswers } from './dashboard-answers';
import type { Endpoint } from './endpoint';
import { FALLBACK_HEADER } from './fallback';
import { JSON_TYPE, sendRepresentation } from './respond';

/** Says why the answer is one from before, only while it is. */
const STALE_HEADER = 'X-Stale-Reason';

/** Other readers may get other answers, and a reader may keep one only as long as it is asked about again. */
const HEADERS = { 'Cache-Control': 'private, no-cache', Vary: 'Authorization' };

/** `GET /events/{eventId}/analytics`: who asks (401), not too often (429), for what (400), is there such a thing (404), may they (403). */
export function analyticsEndpoint(admission: Pick<Admission, 'admit'>, answers: DashboardAnswers): Endpoint {
  return {
    path: /^\/events\/([^/]*)\/analytics$/,
    async get(request, response, [segment = '']) {
      const viewer = await admission.admit(request, response);
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
  // As a rule there is nothing to decode, and it takes six times as long to find that out by decoding.
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) throw invalidEventId();
    throw error;
  }
}
