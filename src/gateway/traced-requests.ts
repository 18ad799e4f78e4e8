import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentSpan, DECLINED, runInSpan } from '../observability/traces/current-span';
import type { Traceparent } from '../observability/traces/span';
import type { Tracer } from '../observability/traces/tracer';
import type { TellAnswer } from '../rest/analytics';
import { routeOf } from './request-metrics';
import type { TrustsProxy } from './trusted-proxies';

/**
 * Answers a request as a trace of its own, or as a part of its sender's.
 *
 * @param restRoute the path of its REST endpoint; undefined when it is for none
 */
export type TraceRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  restRoute: string | undefined,
  answer: () => void,
) => void;

/** What asks for no data is not traced: probes come every few seconds. */
const ROUTES_WITH_DATA = new Set(['/graphql', '/dev/events']);

/** OpenTelemetry's name for any other method: a client may make up as many as it likes. */
const OTHER = '_OTHER';
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

export interface TraceRequestOptions {
  readonly tracer: Tracer;
  readonly bases: readonly string[];
  readonly trusts: TrustsProxy;
}

/** The work of a request lasts until its answer has left, or its client. */
export function createTraceRequest({ tracer, bases, trusts }: TraceRequestOptions): TraceRequest {
  return (request, response, restRoute, answer) => {
    const { url = '/' } = request;
    const method = METHODS.has(request.method ?? 'GET') ? request.method : OTHER;
    const route = restRoute ?? routeOf(url, bases);
    if (restRoute === undefined && !ROUTES_WITH_DATA.has(route)) return runInSpan(undefined, answer);
    const span = tracer.start({
      name: `${method} ${route}`,
      kind: 'server',
      causes: causesOf(request, trusts),
      attributes: { 'http.request.method': method, 'http.route': route },
    });
    if (span !== undefined)
      response.once('close', () => {
        const { statusCode, writableFinished } = response;
        span.set({
          'http.response.status_code': statusCode,
          ...(!writableFinished && { 'analytics.aborted': true }),
        });
        if (statusCode >= 500) span.fail(String(statusCode));
        span.end();
      });
    runInSpan(span ?? DECLINED, answer);
  };
}

/** Nobody has shown a token yet: only a trusted peer's word on what is recorded counts, else anybody could have all of it recorded, or none. */
function causesOf({ socket, headers }: IncomingMessage, trusts: TrustsProxy): readonly Traceparent[] {
  const { traceparent } = headers;
  const isTrusted = socket.remoteAddress !== undefined && trusts(socket.remoteAddress);
  return isTrusted && typeof traceparent === 'string' ? [traceparent] : [];
}

/** Where tracing is on, the request of an answer tells where that came from. */
export const withAnswersTraced = (tell: TellAnswer, tracer: Tracer | undefined): TellAnswer =>
  tracer === undefined
    ? tell
    : (kind, ageSeconds) => {
        currentSpan()?.set({ 'analytics.answer': kind });
        tell(kind, ageSeconds);
      };
