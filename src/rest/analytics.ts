import type { ServerResponse } from 'node:http';
import type { DashboardAnswers } from './dashboard-answers';
import type { EventEndpoint } from './endpoint';
import { FALLBACK_HEADER } from './fallback';
import { JSON_TYPE, type SendRepresentation, varyBy } from './respond';
import type { StaleReason } from './stale-if-error';

/** Why the answer is stale. Sent only while it is. */
const STALE_HEADER = 'X-Stale-Reason';

/** A client has to revalidate the answer that it stored. */
const HEADERS = { 'Cache-Control': 'private, no-cache' };

/** Where an answer came from: kept, assembled, or the last one that is known. */
export type AnswerKind = 'hit' | 'miss' | 'stale';
/** Told of each answer. */
export type TellAnswer = (kind: AnswerKind, ageSeconds: number) => void;

export interface AnalyticsOptions {
  readonly answers: DashboardAnswers;
  readonly send: SendRepresentation;
  readonly tell: TellAnswer;
}

/** The dashboard of an event, which has to exist (404), and then to be readable by the viewer (403). */
export function analyticsEndpoint({ answers, send, tell }: AnalyticsOptions): EventEndpoint {
  return {
    path: '/events/{eventId}/analytics',
    access: 'token',
    async get(request, response, eventId, viewer) {
      const { body, bytes, key, ageSeconds, staleReason } = await answers.read(eventId, viewer);
      const { etag, fallback } = body;
      tell(kindOf(bytes === body.hit, staleReason), ageSeconds);
      const describe = (described: ServerResponse): void => {
        // Other viewers may get other answers.
        varyBy(described, 'Authorization');
        described.setHeader('Age', String(ageSeconds));
        if (fallback !== '') described.setHeader(FALLBACK_HEADER, fallback);
        if (staleReason !== undefined) described.setHeader(STALE_HEADER, staleReason);
      };
      return send(request, response, { type: JSON_TYPE, bytes, key, etag, headers: HEADERS, describe });
    },
  };
}

function kindOf(isKept: boolean, staleReason: StaleReason | undefined): AnswerKind {
  if (staleReason !== undefined) return 'stale';
  return isKept ? 'hit' : 'miss';
}
