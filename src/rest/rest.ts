import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from '../auth/admission';
import { isToBeLogged, methodNotAllowed, toAppError } from '../errors';
import type { Clock } from '../runtime/clock';
import type { Logger } from '../observability/log';
import type { Endpoint, EndpointPath } from './endpoint';
import { parseEventId } from './event-id';
import { sendError } from './respond';

export interface RestOptions {
  /** The paths under which the contract is served, without a slash at the end. */
  readonly bases: readonly string[];
  readonly endpoints: readonly Endpoint[];
  readonly admission: Pick<Admission, 'admit'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The endpoint that a request is for. */
export interface Route {
  readonly endpoint: Endpoint;
  /** The value of `{eventId}` as it was sent: not decoded. Empty where the path has none. */
  readonly segment: string;
}

export interface Rest {
  /**
   * @param pathname of a request, as it was sent
   * @returns undefined when it is the path of none of the endpoints
   */
  find(pathname: string): Route | undefined;
  answer(route: Route, request: IncomingMessage, response: ServerResponse): void;
}

const METHODS = 'GET, HEAD, OPTIONS';

/**
 * The contract's endpoints on the bare HTTP server, without Express, so that a cache hit runs no more code than it needs.
 * It authenticates by what the endpoint says of its access, and then parses the event's id, before the endpoint's handler
 * is called.
 */
export function createRest({ bases, endpoints, admission, clock, log }: RestOptions): Rest {
  const patterns = endpoints.map((endpoint) => ({ endpoint, pattern: patternOf(endpoint.path) }));

  async function get(
    { endpoint, segment }: Route,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (endpoint.access === 'public') return endpoint.get(request, response);
    const viewer = await admission.admit(request, response);
    return endpoint.get(request, response, parseEventId(segment), viewer);
  }

  function fail(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
    const error = toAppError(thrown);
    // A failing platform is logged once, when it begins to fail.
    if (error.status === 503) log.debug({ err: error }, 'a REST request had to go without an answer');
    else if (isToBeLogged(error)) log.error({ err: error }, 'a REST request failed');
    if (response.headersSent) response.destroy();
    else sendError(request, response, error, clock.now());
  }

  return {
    find(pathname) {
      for (const base of bases) {
        if (!pathname.startsWith(`${base}/`)) continue;
        const below = pathname.slice(base.length);
        for (const { endpoint, pattern } of patterns) {
          const match = pattern.exec(below);
          if (match !== null) return { endpoint, segment: match[1] ?? '' };
        }
      }
      return undefined;
    },
    answer(route, request, response) {
      switch (request.method) {
        case 'GET':
        case 'HEAD':
          get(route, request, response).catch((thrown: unknown) => fail(request, response, thrown));
          break;
        case 'OPTIONS':
          response.writeHead(204, { Allow: METHODS, 'Cache-Control': 'no-store' }).end();
          break;
        default:
          sendError(request, response, methodNotAllowed(METHODS), clock.now());
      }
    },
  };
}

/** A parameter matches anything but a slash, and nothing at all too: an id of no characters is answered by a 400. */
function patternOf(path: EndpointPath): RegExp {
  const parts = path.split(/\{\w+\}/);
  return new RegExp(`^${parts.map((part) => part.replace(/[.]/g, '\\.')).join('([^/]*)')}$`);
}
