import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AppError, isToBeLogged, toAppError } from '../errors';
import type { Clock } from '../runtime/clock';
import type { Logger } from '../observability/log';
import { sendError } from '../rest/respond';
import { fromLibrary } from './library-errors';

/** No route has this path. */
export const notFound: RequestHandler = () => {
  throw new AppError('NOT_FOUND');
};

/** The AppError of what a handler, or a library before it, threw. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return toAppError(thrown);
  return fromLibrary(thrown) ?? toAppError(thrown);
}

/** Answers what a handler threw, in the contract's shape. */
export function errorHandler(clock: Clock, log: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = asAppError(thrown);
    if (isToBeLogged(error)) log.error({ err: error, path: request.path }, 'a request failed');
    sendError(request, response, error, clock.now());
  };
}
