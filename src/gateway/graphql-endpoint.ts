import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from '../auth/admission';
import type { Logger } from '../observability/log';
import type { GraphQLServer } from './apollo';
import { createGraphQLFailure } from './graphql-errors';
import type { Live } from './live/live';
import { isForGraphQL } from './request-target';
import { json } from 'body-parser';
import { MAX_GRAPHQL_BYTES } from './limits';

export interface GraphQLEndpointOptions {
  readonly admission: Pick<Admission, 'admit' | 'refusalOf'>;
  readonly apollo: Pick<GraphQLServer, 'answer'>;
  /** Answers what asks for a stream, ahead of Apollo. */
  readonly streams: Live['streams'];
  readonly log: Logger;
}

/** @returns whether the request was for `/graphql`, and is being answered */
export type GraphQLEndpoint = (request: IncomingMessage, response: ServerResponse) => boolean;

/** `/graphql` over HTTP, on the bare HTTP server. Every operation, introspection too, wants a valid bearer token. */
export function createGraphQLEndpoint(options: GraphQLEndpointOptions): GraphQLEndpoint {
  const { admission, apollo, streams, log } = options;
  const fail = createGraphQLFailure(log);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusing = admission.refusalOf(request, response);
    const refusal = refusing && (await refusing);
    if (refusal !== undefined) return refuse(request, response, refusal);
    const body = await bodyOf(request, response);
    if (streams.isFor(request)) return streams.answer(request, response, body);
    return apollo.answer(request, response, { body, admit: () => admission.admit(request, response) });
  }

  /** A request counts, whether or not anything can be made of what it holds. */
  async function bodyOf(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    try {
      return await readGraphQLBody(request, response);
    } catch (unreadable) {
      await admission.admit(request, response);
      throw unreadable;
    }
  }

  /** Nothing of the request is read. */
  async function refuse(request: IncomingMessage, response: ServerResponse, refusal: Error): Promise<void> {
    if (streams.isFor(request)) throw refusal;
    return apollo.answer(request, response, { body: {}, admit: () => Promise.reject(refusal) });
  }

  return (request, response) => {
    if (!isForGraphQL(request)) return false;
    answer(request, response).catch((thrown: unknown) => fail(response, thrown));
    return true;
  };
}

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
function readGraphQLBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const withBody: WithBody = request;
  return new Promise((resolve, reject) => {
    parseJson(request, response, (error?: unknown) => {
      if (error === undefined) resolve(withBody.body ?? {});
      else reject(error instanceof Error ? error : new Error('A body could not be read.', { cause: error }));
    });
  });
}
