import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HTTPGraphQLResponse } from '@apollo/server';
import type { compress } from '../rest/content-coding';
import { codingOf, varyByCoding } from '../rest/respond';

/** Sends what Apollo has answered. Rejects, with nothing sent or set, when it cannot be compressed. */
export type SendResponse = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: HTTPGraphQLResponse,
) => Promise<void>;

export function createSendResponse(compressed: typeof compress): SendResponse {
  return async (request, response, { status = 200, headers, body }) => {
    if (body.kind !== 'complete') throw new Error('No operation here is answered in pieces.');
    // A string would be iterated three times: for its length, together with the headers, and for its bytes.
    const bytes = Buffer.from(body.string);
    const coding = codingOf(request, bytes);
    const sent = coding === undefined ? bytes : await compressed(bytes, coding);
    for (const [name, value] of headers) response.setHeader(name, value);
    varyByCoding(response, bytes);
    if (coding !== undefined) response.setHeader('Content-Encoding', coding);
    response.writeHead(status, { 'Content-Length': sent.length }).end(sent);
  };
}
