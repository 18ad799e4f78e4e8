import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ErrorCode, ERRORS, toErrorBody } from '../errors';
import type { Clock } from '../runtime/clock';
import { JSON_TYPE } from '../rest/respond';
import type { UnfinishedAnswers } from './unfinished-answers';

const CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'REQUEST_HEADER_FIELDS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/**
 * A request that cannot be parsed as HTTP, or does not arrive in time, has no request object to answer. The client gets an
 * error in the contract's shape nevertheless, before the connection is closed.
 */
export function clientErrorListener(
  clock: Clock,
  answers: UnfinishedAnswers,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    // Nothing may be written into an answer that is being sent, nor before one that is still being made: the unreadable
    // request came behind theirs.
    const isAnswering = [...answers.on(socket)].some(({ headersSent, req }) => headersSent || req.complete);
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) return void socket.destroy();
    socket.end(answerOf(CODES[error.code ?? ''] ?? 'BAD_USER_INPUT', clock));
  };
}

function answerOf(code: ErrorCode, clock: Clock): string {
  const { status } = ERRORS[code];
  const body = JSON.stringify(toErrorBody(code, clock.now()));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${JSON_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
