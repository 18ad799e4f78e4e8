import type { RequestListener } from 'node:http';
import { Http2ServerRequest } from 'node:http2';
import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { AppError, isToBeLogged } from '../errors';
import type { Clock } from '../runtime/clock';
import type { Logger } from '../observability/log';
import { Http2Response } from './http2/response';
import { sendError } from '../rest/respond';
import { asAppError } from './library-errors';

/** What is asked for seldom, and goes through Express; a request is offered to each in this order. */
export type Routers = readonly (Router | RequestHandler)[];

/** The Express app of these routers. It answers 404 where none of them does, and every error in the contract's shape. */
export function createExpressApp(routers: Routers, clock: Clock, log: Logger): RequestListener {
  const create = (): express.Express => {
    const app = express().disable('x-powered-by').enable('case sensitive routing').enable('strict routing');
    for (const router of routers) app.use(router);
    return app.use(notFound).use(errorHandler(clock, log));
  };
  const [http1, http2] = [create(), forHttp2(create())];
  return (request, response) => {
    const app = request.httpVersionMajor === 2 ? http2 : http1;
    app(request, response);
  };
}

/** Express puts its methods between a request and what Node has for HTTP/1.1, which is not what it has for HTTP/2. */
function forHttp2(app: express.Express): express.Express {
  const own = { app: { value: app, configurable: true, enumerable: true, writable: true } };
  const onTopOf = (methods: object, base: object): object =>
    Object.create(Object.create(base, Object.getOwnPropertyDescriptors(methods)) as object, own) as object;
  return Object.assign(app, {
    request: onTopOf(express.request, Http2ServerRequest.prototype),
    response: onTopOf(express.response, Http2Response.prototype),
  });
}

/** No route has this path. */
const notFound: RequestHandler = () => {
  throw new AppError('NOT_FOUND');
};

/** Answers what a handler threw, in the contract's shape. */
function errorHandler(clock: Clock, log: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = asAppError(thrown);
    if (isToBeLogged(error)) log.error({ err: error, path: request.path }, 'a request failed');
    sendError(request, response, error, clock.now());
  };
}

/**
 * A router that compares paths exactly, with case and trailing slash. A proxy's rule that blocks a path can rely on there being
 * no second spelling of it.
 */
export const createStrictRouter = (): Router => Router({ caseSensitive: true, strict: true });
