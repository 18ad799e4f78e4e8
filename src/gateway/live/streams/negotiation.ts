import type { IncomingMessage } from 'node:http';
import Negotiator from 'negotiator';
import { DISTINCT_EVENTS, MULTIPART, type SingleFormat } from './formats';

const EVENT_STREAM_TYPE = 'text/event-stream';

/** With the boundary, which a client may name, and has to know. */
const MULTIPART_TYPE = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0';

/** Without it, `multipart/mixed` is asked for by clients that mean answers in pieces, of which there are none here. */
const NAMES_MULTIPART = /;\s*subscriptionSpec\s*=/i;

/** Whether the request may be answered by a stream, which lasts: cheaply, for every request. */
export const mayBeStream = ({ headers: { accept } }: IncomingMessage): boolean =>
  accept !== undefined && (accept.includes(EVENT_STREAM_TYPE) || NAMES_MULTIPART.test(accept));

/** @returns the format that the request prefers to one JSON answer, if it prefers any */
export function streamFormatOf(request: IncomingMessage): SingleFormat | undefined {
  if (!mayBeStream(request)) return undefined;
  const offered = ['application/json', 'application/graphql-response+json', EVENT_STREAM_TYPE];
  if (NAMES_MULTIPART.test(request.headers.accept ?? '')) offered.push(MULTIPART_TYPE);
  const preferred = new Negotiator(request).mediaType(offered);
  if (preferred === MULTIPART_TYPE) return MULTIPART;
  return preferred === EVENT_STREAM_TYPE ? DISTINCT_EVENTS : undefined;
}
