import { mayRead } from '../auth/may-read';
import type { TokenVerifier } from '../auth/token';
import type { Viewer } from '../auth/viewer';
import { forbidden, invalidEventId } from '../errors';
import { parseUuid } from '../schema/uuid';
import type { EventId } from '../schema/values';
import type { DashboardBodies } from './dashboard-bodies';
import type { Endpoint } from './endpoint';
import { FALLBACK_HEADER, ViewsUnknown } from './fallback';
import { JSON_TYPE, sendRepresentation } from './respond';

/** Says why the answer is one from before, only while it is. */
const STALE_HEADER = 'X-Stale-Reason';

/** Other readers may get other answers, and a reader may keep one only as long as it is asked about again. */
const HEADERS = { 'Cache-Control': 'private, no-cache', Vary: 'Authorization' };

/** `GET /events/{eventId}/analytics`: who asks (401), for what (400), is there such a thing (404), may they (403). */
export function analyticsEndpoint(tokens: TokenVerifier, bodies: DashboardBodies): Endpoint {
  return {
    path: /^\/events\/([^/]*)\/analytics$/,
    async get(request, response, [segment = '']) {
      const viewer = await tokens.verify(request.headers.authorization);
      const eventId = parseEventId(segment);
      const { body, bytes, ageSeconds, staleReason } = await bodies.read(eventId).catch(hiddenFrom(viewer));
      if (!mayRead(viewer, body.storeId)) throw forbidden();
      const headers = {
        ...HEADERS,
        Age: String(ageSeconds),
        ...(body.fallback !== '' && { [FALLBACK_HEADER]: body.fallback }),
        ...(staleReason !== undefined && { [STALE_HEADER]: staleReason }),
      };
      sendRepresentation(request, response, { type: JSON_TYPE, bytes, etag: body.etag, headers });
    },
  };
}

/** What is wrong with an event is told to those only who may read it. */
function hiddenFrom(viewer: Viewer): (error: unknown) => never {
  return (error) => {
    if (error instanceof ViewsUnknown && !mayRead(viewer, error.storeId)) throw forbidden();
    throw error;
  };
}

function parseEventId(segment: string): EventId {
  const id = parseUuid(decoded(segment));
  if (id === undefined) throw invalidEventId();
  return id as EventId;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) throw invalidEventId();
    throw error;
  }
}
