import type { IncomingMessage, ServerResponse } from 'node:http';
import { Histogram, type Registry } from 'prom-client';

/**
 * Counts a request once its answer is over, by route, status and type.
 *
 * @param route the path of its REST endpoint; undefined when it is for none
 */
export type CountRequest = (request: IncomingMessage, response: ServerResponse, route?: string) => void;

const BUCKETS_IN_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createRequestMetrics(registry: Registry, bases: readonly string[]): CountRequest {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long answers took; the status is aborted when the client left before the end. An event_stream, of multipart too, lasts as long as its subscriptions.',
    labelNames: ['route', 'status', 'type'],
    buckets: BUCKETS_IN_SECONDS,
    registers: [registry],
  });
  return (request, response, restRoute) => {
    const begun = performance.now();
    // Taken now: Express changes it on the way.
    const { url = '/' } = request;
    response.once('close', () => {
      const route = restRoute ?? routeOf(url, bases);
      // Looked at only where it can be: a cache hit over REST is counted as cheaply as may be.
      const type = restRoute === undefined && isStream(response) ? 'event_stream' : 'response';
      const status = response.writableFinished ? String(response.statusCode) : 'aborted';
      durations.observe({ route, status, type }, (performance.now() - begun) / 1_000);
    });
  };
}

const STREAM_TYPE = /^(?:text\/event-stream|multipart\/mixed)/;

/** Counted apart: streams last as long as their subscriptions, and would look like slow answers. */
function isStream(response: ServerResponse): boolean {
  return STREAM_TYPE.test(String(response.getHeader('content-type') ?? ''));
}

const DOCS = '/docs';
const OTHER_ROUTES = new Set(['/graphql', '/livez', '/readyz', '/metrics', '/dev/events']);

/** The route of what is no REST endpoint. A path that a client made up is `other`: there is no end of those. */
export function routeOf(url: string, bases: readonly string[]): string {
  const [pathname = ''] = url.split('?');
  for (const base of bases)
    if (pathname === base + DOCS || pathname.startsWith(`${base}${DOCS}/`)) return DOCS;
  if (pathname === '/graphql/') return '/graphql';
  return OTHER_ROUTES.has(pathname) ? pathname : 'other';
}
