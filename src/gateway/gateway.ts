import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { CorsOrigins } from '../config/origins';
import type { TlsConfig } from '../config/tls';
import type { Probes } from '../probes/probes';
import type { Rest, Route } from '../rest/rest';
import type { Clock } from '../runtime/clock';
import { createCors } from './cors';
import type { GraphQLEndpoint } from './graphql-endpoint';
import { createHttpServer, type HttpServer } from './http-server';
import type { Live } from './live/live';
import type { CountRequest } from './request-metrics';
import { isForGraphQL, pathOf } from './request-target';
import type { TraceRequest } from './traced-requests';
import type { TrustsProxy } from './trusted-proxies';

export interface GatewayParts {
  /** Answers the contract's endpoints, and no Express in the way. */
  readonly rest: Rest;
  /** Answers `/graphql`, likewise. */
  readonly graphql: GraphQLEndpoint;
  /** Accepts the WebSocket connections. */
  readonly live: Pick<Live, 'attach' | 'stop'>;
  /** Answers `/livez`, `/readyz` and `/metrics`. */
  readonly probes: Probes;
  /** Answers everything else. */
  readonly app: RequestListener;
  readonly corsOrigins: CorsOrigins;
  /** Undefined for plain HTTP. */
  readonly tls: TlsConfig | undefined;
  readonly countRequest: CountRequest;
  /** Undefined where nothing is traced. */
  readonly traceRequest?: TraceRequest | undefined;
  readonly trusts: TrustsProxy;
  readonly clock: Clock;
}

/** An operation takes many times as long as a cache hit: eight of them take some ten milliseconds. */
const weightOf = (request: IncomingMessage): number => (isForGraphQL(request) ? 8 : 1);

/** Puts the parts behind one HTTP server. Closing it ends the subscriptions too, which would outlast any answer. */
export function createGateway(parts: GatewayParts): HttpServer {
  const { rest, graphql, live, probes, app, corsOrigins, tls, countRequest, traceRequest, trusts, clock } =
    parts;
  function answer(route: Route | undefined, request: IncomingMessage, response: ServerResponse): void {
    if (route !== undefined) rest.answer(route, request, response);
    else if (!graphql(request, response) && !probes(request, response)) app(request, response);
  }
  const listener: RequestListener = (request, response) => {
    const route = rest.find(pathOf(request));
    countRequest(request, response, route?.endpoint.path);
    if (traceRequest === undefined) answer(route, request, response);
    else traceRequest(request, response, route?.endpoint.path, () => answer(route, request, response));
  };
  // The APIs alone: what is told of the process (/metrics) is for no page, and this server's own pages need none of it.
  const cors = createCors({
    origins: corsOrigins,
    covers: (request) => isForGraphQL(request) || rest.find(pathOf(request)) !== undefined,
  });
  const http = createHttpServer(listener, { clock, trusts, cors, tls, weightOf });
  live.attach(http.server);
  return {
    ...http,
    close() {
      live.stop();
      return http.close();
    },
  };
}
