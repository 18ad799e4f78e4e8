import type { IncomingMessage, ServerResponse } from 'node:http';
import fresh from 'fresh';
import { type AppError, toErrorBody } from '../errors';
import type { Instant } from '../domain/values';
import type { CompressedBodies } from './compressed-bodies';
import { codingFor, compress, type ContentCoding, isCompressible } from './content-coding';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** The answer to GET, and without its body the answer to HEAD. */
export interface Representation {
  readonly type: string;
  readonly bytes: Buffer;
  readonly etag?: string;
  /** Names the bytes, of which a compressed form is kept: no others have it. Left out: each answer is compressed anew. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sets the other headers that tell of it, once it is known that it is what is sent. */
  readonly describe?: (response: ServerResponse) => void;
}

/** Sends the representation in the coding that the client prefers, or 304 when the client has it. */
export type SendRepresentation = (
  request: IncomingMessage,
  response: ServerResponse,
  representation: Representation,
) => void | Promise<void>;

export function createSendRepresentation(compressed: Pick<CompressedBodies, 'of'>): SendRepresentation {
  return (request, response, { bytes, key, etag: plainEtag, describe, ...rest }) => {
    const coding = codingOf(request, bytes);
    const etag = plainEtag && etagIn(coding, plainEtag);
    // Only once the bytes are there: what is sent in place of bytes that could not be compressed is another answer.
    const describeAll = (): void => {
      describe?.(response);
      varyByCoding(response, bytes);
      // Set one by one: merging them by spreading took 0.8 µs more of a hit's 22 µs.
      if (etag !== undefined) response.setHeader('ETag', etag);
    };
    if (etag !== undefined && hasCurrent(request, etag)) {
      describeAll();
      response.writeHead(304, rest.headers).end();
      return;
    }
    const send = (body: Buffer): void => {
      describeAll();
      if (coding !== undefined) response.setHeader('Content-Encoding', coding);
      sendBody(request, response, { ...rest, bytes: body });
    };
    if (coding === undefined) return send(bytes);
    const body = key === undefined ? compress(bytes, coding) : compressed.of(key, bytes, coding);
    return Buffer.isBuffer(body) ? send(body) : body.then(send);
  };
}

function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  { type, bytes, headers }: Pick<Representation, 'type' | 'bytes' | 'headers'>,
): void {
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', bytes.length);
  response.writeHead(200, headers);
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** The coding that the client prefers for a body of this size; undefined for none. */
export const codingOf = (request: IncomingMessage, bytes: Buffer): ContentCoding | undefined =>
  isCompressible(bytes) ? codingFor(request) : undefined;

/** Says that an answer with such a body, compressed or not, depends on what the client takes. */
export function varyByCoding(response: ServerResponse, bytes: Buffer): void {
  if (isCompressible(bytes)) varyBy(response, 'Accept-Encoding');
}

/** A strong ETag names bytes, so it is another one in each coding; a weak one names what they say (RFC 9110, 8.8.1). */
function etagIn(coding: ContentCoding | undefined, etag: string): string {
  return coding === undefined || etag.startsWith('W/') ? etag : `${etag.slice(0, -1)}-${coding}"`;
}

/** Says that the answer depends on this header of the request too. To be called once for each header. */
export function varyBy(response: ServerResponse, header: string): void {
  const known = response.getHeader('Vary');
  response.setHeader('Vary', known === undefined ? header : `${String(known)}, ${header}`);
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

/**
 * By If-None-Match alone: a client that sends `Cache-Control: no-cache` beside it gets a 304, too. RFC 9110 allows tabs
 * between ETags, which `fresh` would take for a part of them.
 */
function hasCurrent({ headers }: IncomingMessage, etag: string): boolean {
  return fresh({ 'if-none-match': headers['if-none-match']?.replaceAll('\t', ' ') }, { etag });
}
