import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { Http2Response } from './response';

/** Answers a request whose body has not arrived in time. */
export type AnswerLate = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Does for the bodies of requests over HTTP/2 what Node does for those over HTTP/1.1 alone.
 *
 * @param timeoutMs how long a body may take until its request is answered and its stream ends
 */
export function takeBodies(server: Server, timeoutMs: number, answerLate: AnswerLate): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const stream = response instanceof Http2Response ? response.stream : undefined;
    if (stream === undefined || stream.endAfterHeaders) return;
    announceBody(request);
    limitTime(stream, timeoutMs, () => {
      if (response.headersSent) stream.close(constants.NGHTTP2_CANCEL);
      else answerLate(request, response);
    });
  });
}

/** Body parsers know by these headers whether there is a body. HTTP/2 needs neither, and forbids the second one. */
function announceBody({ headers }: IncomingMessage): void {
  if (headers['content-length'] === undefined) headers['transfer-encoding'] = 'chunked';
}

function limitTime(stream: ServerHttp2Stream, timeoutMs: number, onLate: () => void): void {
  const timer = setTimeout(() => {
    stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR));
    onLate();
  }, timeoutMs).unref();
  const stop = (): void => clearTimeout(timer);
  stream.once('end', stop);
  stream.once('close', stop);
}
