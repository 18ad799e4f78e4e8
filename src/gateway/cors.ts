import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CorsOrigins } from '../config/origins';
import { varyBy } from '../rest/respond';

/**
 * Tells a browser whether the page that asks may read the answer, and answers a preflight.
 *
 * @returns whether the request was a preflight, which is answered
 */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The methods of REST and GraphQL; the last two are of streams for many operations. */
const METHODS = 'GET, HEAD, POST, PUT, DELETE';

/** What clients send besides what no browser asks about: the service reads these, or tracing and the Apollo clients add them. */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'If-None-Match',
  'Cache-Control',
  'Last-Event-ID',
  'X-GraphQL-Event-Stream-Token',
  'Apollo-Require-Preflight',
  'X-Apollo-Operation-Name',
  'X-Apollo-Operation-Id',
  'Apollographql-Client-Name',
  'Apollographql-Client-Version',
  'X-Requested-With',
  'Traceparent',
  'Tracestate',
  'Baggage',
].join(', ');

/** Without this, the scripts of a page may read the body and hardly any header. */
const RESPONSE_HEADERS = [
  'Age',
  'Allow',
  'ETag',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Fallback-Channels',
  'X-Stale-Reason',
].join(', ');

/** Two hours, the most that Chromium keeps it for. */
const PREFLIGHT_SECONDS = 7_200;

export interface CorsOptions {
  readonly origins: CorsOrigins;
  /** Whether pages of other origins may read what is at this path. */
  readonly covers: (request: IncomingMessage) => boolean;
}

/**
 * Cross-origin requests, by the Fetch standard. Credentials of the browser's own (cookies) are never allowed: a token is in a
 * header that a script sets, so no page can use what another has signed in to. To a page of an origin that is not listed
 * nothing is said, and its browser keeps the answer from it.
 */
export function createCors({ origins, covers }: CorsOptions): Cors {
  if (origins !== 'all' && origins.size === 0) return () => false;
  const allowed = (origin: string): string | undefined => {
    if (origins === 'all') return '*';
    return origins.has(origin) ? origin : undefined;
  };

  return (request, response) => {
    if (!covers(request)) return false;
    if (origins !== 'all') varyBy(response, 'Origin');
    const { origin } = request.headers;
    const allow = origin === undefined ? undefined : allowed(origin);
    if (allow === undefined) return false;
    response.setHeader('Access-Control-Allow-Origin', allow);
    if (isPreflight(request)) {
      answerPreflight(response);
      return true;
    }
    response.setHeader('Access-Control-Expose-Headers', RESPONSE_HEADERS);
    return false;
  };
}

const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

/** Before any token is looked at: a browser sends none with it. */
function answerPreflight(response: ServerResponse): void {
  response
    .writeHead(204, {
      'Access-Control-Allow-Methods': METHODS,
      'Access-Control-Allow-Headers': REQUEST_HEADERS,
      'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
      'Cache-Control': 'no-store',
    })
    .end();
}
