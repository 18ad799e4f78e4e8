import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Socket } from 'node:net';
import { AppError, type ErrorCode, ERRORS, isToBeLogged, toAppError, toErrorBody } from '../errors';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/log';
import { JSON_TYPE, sendError } from '../rest/respond';

/** Nothing lies under this path. */
export const notFound: RequestHandler = () => {
  throw new AppError('NOT_FOUND');
};

/** Answers whatever a handler threw, in the contract's shape. */
export function errorHandler(clock: Clock, log: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = fromBodyParser(thrown) ?? toAppError(thrown);
    if (isToBeLogged(error)) log.error({ err: error, path: request.path }, 'a request failed');
    sendError(request, response, error, clock.now());
  };
}

/** The body parser's errors carry a status and speak of the request; undefined for anything else. */
export function fromBodyParser(thrown: unknown): AppError | undefined {
  if (!(thrown instanceof Error) || !('status' in thrown)) return undefined;
  if (thrown.status === 413) return new AppError('PAYLOAD_TOO_LARGE', { cause: thrown });
  if (thrown.status === 415) return new AppError('UNSUPPORTED_MEDIA_TYPE', { cause: thrown });
  if (thrown.status === 400) return new AppError('BAD_USER_INPUT', { cause: thrown });
  return undefined;
}

/**
 * What cannot even be parsed as HTTP has no request object to answer to; the client is told all the same, in the
 * contract's shape, before the connection is closed.
 */
export function clientErrorListener(clock: Clock): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const code: ErrorCode =
      error.code === 'HPE_HEADER_OVERFLOW' ? 'REQUEST_HEADER_FIELDS_TOO_LARGE' : 'BAD_USER_INPUT';
    const { status } = ERRORS[code];
    const body = JSON.stringify(toErrorBody(code, clock.now()));
    socket.end(
      `HTTP/1.1 ${status} ${status === 431 ? 'Request Header Fields Too Large' : 'Bad Request'}\r\n` +
        `Content-Type: ${JSON_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  };
}
