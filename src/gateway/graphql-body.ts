import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'body-parser';
import { MAX_GRAPHQL_BYTES } from './limits';

/** Inflates compressed bodies, and limits the inflated length. */
const parseJson = json({ limit: MAX_GRAPHQL_BYTES });

/** The request, with the body that the parser assigns. */
interface WithBody extends IncomingMessage {
  body?: unknown;
}

/**
 * The parsed body of a request.
 *
 * @returns an object or an array; an empty object where there is no body, or one of another type than `application/json`
 * @throws Error of http-errors, for what is no JSON, is larger than MAX_GRAPHQL_BYTES, or is encoded in an unknown way
 */
export function readGraphQLBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const withBody: WithBody = request;
  return new Promise((resolve, reject) => {
    parseJson(request, response, (error?: unknown) => {
      if (error === undefined) resolve(withBody.body ?? {});
      else reject(error instanceof Error ? error : new Error('A body could not be read.', { cause: error }));
    });
  });
}
