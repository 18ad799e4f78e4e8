import type { IncomingMessage, ServerResponse } from 'node:http';
import { isToBeLogged, methodNotAllowed, toAppError } from '../errors';
import type { Clock } from '../runtime/clock';
import type { Logger } from '../observability/log';
import type { Endpoint } from './endpoint';
import { sendError } from './respond';

export interface RestOptions {
  /** The paths under which the contract is served, without a slash at the end. */
  readonly bases: readonly string[];
  readonly endpoints: readonly Endpoint[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** @returns whether the request was one of the contract's, and is being answered */
export type RestHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

const METHODS = 'GET, HEAD, OPTIONS';

/**
 * The contract's resources on the bare HTTP server: a cached answer passes nothing that it does not need. What is below
 * none of the bases' resources is left to others.
 */
export function createRest({ bases, endpoints, clock, log }: RestOptions): RestHandler {
  function find(pathname: string): { endpoint: Endpoint; groups: readonly string[] } | undefined {
    for (const base of bases) {
      if (!pathname.startsWith(`${base}/`)) continue;
      const rest = pathname.slice(base.length);
      for (const endpoint of endpoints) {
        const match = endpoint.path.exec(rest);
        if (match !== null) return { endpoint, groups: match.slice(1) };
      }
    }
    return undefined;
  }

  function fail(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
    const error = toAppError(thrown);
    // That a platform fails is said once, when it begins to.
    if (error.status === 503) log.debug({ err: error }, 'a REST request had to go without an answer');
    else if (isToBeLogged(error)) log.error({ err: error }, 'a REST request failed');
    if (response.headersSent) response.destroy();
    else sendError(request, response, error, clock.now());
  }

  return (request, response) => {
    const found = find(pathOf(request));
    if (found === undefined) return false;
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        // In a promise from the start, so that what is thrown at once is answered like what is thrown later.
        void (async () => found.endpoint.get(request, response, found.groups))().catch((thrown: unknown) =>
          fail(request, response, thrown),
        );
        break;
      case 'OPTIONS':
        response.writeHead(204, { Allow: METHODS, 'Cache-Control': 'no-store' }).end();
        break;
      default:
        sendError(request, response, methodNotAllowed(METHODS), clock.now());
    }
    return true;
  };
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
